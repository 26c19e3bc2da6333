"""Each day and hour is judged once; what is out of the usual is kept, told, and ended."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Origin
from flags.models import Flag, FlagSwitch
from flags.services import forget as forget_flags
from insights import tasks
from insights.anomalies import intake
from insights.anomalies.looking import hide, look
from insights.models import Anomaly, Intake, Look
from insights.signals import judged
from places.models import City
from tests.factories import make_city, make_event, make_listing, make_origin
from tests.insights.anomalies.world import (
    NOW,
    TODAY,
    came,
    day_before,
    id_at,
    judged_until,
    make_sources,
    signed_up,
)

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def city() -> City:
    return make_city()


@pytest.fixture
def told() -> Iterator[list[dict[str, Any]]]:
    """What the signal says."""
    found: list[dict[str, Any]] = []

    def keep(**news: Any) -> None:
        found.append(news)

    judged.connect(keep)
    yield found
    judged.disconnect(keep)


def quiet(city: City, **last: Any) -> list[Origin]:
    """Six sources, of which the first is as said."""
    origins = make_sources(city)
    for number, origin in enumerate(origins):
        came(str(origin.key), city=city, **(last if number == 0 else {}))
    judged_until(TODAY - DAY)
    return origins


def test_a_source_that_brings_nothing_is_told_in_a_sentence_once(
    city: City, told: list[dict[str, Any]]
) -> None:
    origin = quiet(city, last={1: 0, 2: 0, 3: 0})[0]
    assert look(now=NOW) == 1
    row = Anomaly.objects.get()
    assert (row.kind, row.key, row.origin_id, row.city_id) == ("fewer", str(origin.key), origin.key, city.pk)
    assert row.words == (
        "Source 0 brought no new event in two days up to Wednesday 25 November; "
        "on such days of the eight weeks before it was about 46."
    )
    assert (row.began_at, row.ended_at, row.was_right) == (TODAY, None, None)
    assert [([one.pk for one in news["begun"]], news["ended"]) for news in told] == [([row.pk], [])]
    assert look(now=NOW) == 0
    assert look(now=NOW + HOUR) == 0
    assert (Anomaly.objects.count(), len(told)) == (1, 1)


def test_the_next_day_it_goes_on_without_being_told_again_and_ends_when_it_is_usual(
    city: City, told: list[dict[str, Any]]
) -> None:
    origins = quiet(city, last={1: 0, 2: 0, 3: 0, 4: 0, 5: 0})
    look(now=NOW)
    look(now=NOW + DAY)
    assert (Anomaly.objects.count(), len(told)) == (1, 1)
    for back in range(-15, 0):
        Intake.objects.bulk_create(
            Intake(day=day_before(back), part="source", key=str(origin.key), city_id=city.pk, listings=24)
            for origin in origins
        )
    judged_until(TODAY + 14 * DAY)
    look(now=NOW + 15 * DAY)
    row = Anomaly.objects.get()
    assert (row.ended_at, len(told)) == (TODAY + 15 * DAY, 2)
    assert [one.pk for one in told[1]["ended"]] == [row.pk]


def test_what_is_not_fetched_is_left_to_its_health(city: City) -> None:
    origin = quiet(city, last=dict.fromkeys(range(1, 12), 0))[0]
    Origin.objects.filter(pk=origin.pk).update(covered_at=NOW - 9 * DAY)
    assert look(now=NOW) == 0


def test_a_category_that_vanishes_and_a_price_that_jumps_are_told(city: City) -> None:
    quiet(city, price_now=40_000.0)
    for slug in ("comedy", "art", "film", "food", "sport", "tech"):
        make_event(title=slug, category_id="music")
        from events.models import Category

        Category.objects.get_or_create(slug=slug, defaults={"name": slug.title(), "position": 9})
        came(slug, part="category", city=city, last={1: 0, 2: 0, 3: 0} if slug == "comedy" else {})
    assert look(now=NOW) == 2
    rows = {row.kind: row for row in Anomaly.objects.all()}
    assert rows["vanished"].words.startswith(f"Comedy in {city.name} had no new event in two days")
    assert rows["price"].words == (
        "The median price of new events of Source 0 was 40,000.00 on Wednesday 25 November: 100.0 times the usual 400.00."
    )
    assert rows["vanished"].city_id == city.pk


def test_a_crowd_of_sign_ups_is_told_without_numbers_below_ten() -> None:
    judged_until(TODAY)
    hour = NOW.replace(minute=0, second=0) - HOUR
    for back in range(1, 9):
        signed_up(hour - back * 7 * DAY, 2)
    signed_up(hour - 60 * DAY, 1)
    signed_up(hour, 60)
    assert look(now=NOW) == 1
    row = Anomaly.objects.get()
    assert (
        row.words
        == "60 accounts were made between 11:00 and 12:00 UTC on Thursday 26 November; usual are fewer than 10."
    )
    assert (row.kind, row.expected, row.city_id, row.origin_id) == ("crowd", 10, None, None)
    look(now=NOW + HOUR)
    assert Anomaly.objects.get().ended_at == hour + 2 * HOUR


def test_the_first_look_counts_ten_weeks_and_judges_only_the_last_day(city: City) -> None:
    event = make_event(city=city, price_min=300)
    for back in (0, 1, 2, 30, 200):
        moment = TODAY - back * DAY + HOUR
        make_listing(event=event, source=f"Feed {back}", id=id_at(moment), first_seen_at=moment)
    assert look(now=NOW) == 0
    days = set(Intake.objects.filter(part="category").values_list("day", "listings"))
    assert days == {(day_before(1), 1), (day_before(2), 1), (day_before(30), 1)}
    assert Look.objects.get(of="days").until == TODAY


def test_a_day_is_counted_by_source_and_category_with_its_prices_once(city: City) -> None:
    origin, sample = make_origin(), make_origin(slug="sample", is_sample=True)
    for number, (price, when) in enumerate([(100, 1), (300, 1), (900, 1), (None, 1), (0, 1), (5_000, 3)]):
        moment = TODAY - when * DAY + HOUR
        event = make_event(title=f"E{number}", city=city, price_min=price)
        for source in (origin, sample):
            listing = make_listing(event=event, id=id_at(moment), first_seen_at=moment)
            listing.origin, listing.external_id = source, f"{source.slug}{number}"
            listing.save()
    assert intake.count(day_before(1), day_before(1)) == 2
    assert intake.count(day_before(1), day_before(1)) == 0
    source = Intake.objects.get(part="source")
    assert (source.key, source.city_id, source.listings) == (str(origin.key), city.pk, 5)
    assert (source.priced, source.price, source.week_priced, source.week_price) == (3, 300, 4, 600)
    assert Intake.objects.get(part="category").key == "music"
    assert intake.forget(now=NOW) == 0
    assert intake.forget(now=NOW + 402 * DAY) == 2


def test_the_number_of_queries_does_not_depend_on_how_much_there_is(city: City) -> None:
    def queries() -> int:
        judged_until(TODAY - DAY)
        with CaptureQueriesContext(connection) as asked:
            look(now=NOW)
        return len(asked)

    quiet(city)
    queries()  # the first look of all also notes where it is
    few = queries()
    for origin in make_sources(city, 20, first=6):
        came(str(origin.key), city=city)
    assert queries() == few <= 22


def test_another_process_that_looks_is_left_alone(city: City) -> None:
    quiet(city, last={1: 0, 2: 0, 3: 0})
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('anomalies', 0))")
            assert look(now=NOW) == 0
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert look(now=NOW) == 1


def test_after_a_silence_the_last_days_are_judged_in_order(city: City) -> None:
    quiet(city, last={2: 0, 3: 0, 4: 0})
    judged_until(TODAY - 9 * DAY)
    assert look(now=NOW) == 1
    assert Anomaly.objects.get().began_at == TODAY - DAY


def test_off_nothing_is_judged_and_what_is_open_ends(city: City, told: list[dict[str, Any]]) -> None:
    quiet(city, last={1: 0, 2: 0, 3: 0})
    look(now=NOW)
    FlagSwitch.objects.create(name=Flag.ANALYTICS.value, is_on=False)
    forget_flags()
    assert tasks.look_for_anomalies() == -1
    row = Anomaly.objects.get()
    assert row.ended_at is not None
    assert [one.pk for one in told[-1]["ended"]] == [row.pk]
    assert hide(now=NOW) == 0
    forget_flags()
