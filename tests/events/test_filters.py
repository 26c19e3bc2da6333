"""EventFilter: its two evaluators agree, and each condition is correct."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from events.filters import EventFilter, Ordering, is_over, matches, window
from events.public import public_event
from events.queries import filtered, for_api, public, terms_by_event, upcoming
from events.times import When
from pipeline.text.terms import Terms
from tests.factories import EVENING, make_area, make_city, make_event, make_listing

ZONES = {"bengaluru": "Asia/Kolkata", "los-angeles": "America/Los_Angeles", "": "Pacific/Auckland"}


def populate() -> None:
    """Events that differ in the fields of filters, in three zones."""
    area = make_area(city=make_city())
    make_city(slug="los-angeles", lat=34.05, lng=-118.24, timezone="America/Los_Angeles", country="US")
    offsets = [-60, -30, -9, -4, -2, 0, 1, 3, 7, 10, 12, 22, 26, 31, 50, 80, 150, 200]
    for index, hours in enumerate(offsets * 3):
        slug = list(ZONES)[index % 3]
        start = EVENING + timedelta(hours=hours, minutes=index)
        length = [None, 2, 5, 30, 200][index % 5]
        kind = ["free", "paid", "unknown", "donation", "variable"][index % 5]
        event = make_event(
            title=f"{['Jazz', 'Coding', 'Poetry'][index % 3]} night {index}",
            start=start,
            timezone=ZONES[slug],
            city=make_city(slug=slug) if slug else None,
            area=area if slug == "bengaluru" and index % 2 else None,
            end_at=start + timedelta(hours=length) if length else None,
            opening_hours=[
                "Tu-Fr 10:00-18:00",
                "Mo-Su 11:00-19:00",
                "Th-Mo 10:00-18:00; 2026 Nov 22 off",
                "not hours",
            ][index // 5 % 4]
            if length == 200
            else "",
            all_day=index % 7 == 0,
            time_known=index % 11 != 0,
            category_id=["music", "film", "tech", "food"][index % 4],
            tags=["jazz", "live"] if index % 3 == 0 else [],
            language=["en", "en-IN", "hi", ""][index % 4],
            price_type=kind,
            price_min=Decimal(index * 10) if kind == "paid" else None,
            happening=["scheduled", "cancelled", "moved_online", "rescheduled", "postponed"][index % 5],
            sold_out=index % 6 == 0,
            online=["no", "yes", "both"][index % 3],
            price_currency=["INR", "USD"][index % 2],
            age_limit=[None, 0, 12, 18, 21][index // 3 % 5],
            lat=12.97 + index / 400 if slug == "bengaluru" else None,
            lng=77.59 + index / 400 if slug == "bengaluru" else None,
        )
        if index % 4 == 0:
            make_listing(event=event)


filters = st.builds(
    EventFilter,
    city=st.sampled_from(["", "bengaluru", "los-angeles"]),
    area=st.sampled_from(["", "", "indiranagar"]),
    categories=st.sampled_from([(), (), ("music",), ("music", "tech")]),
    tags=st.sampled_from([(), (), ("jazz",), ("live", "none")]),
    q=st.sampled_from(["", "", "jazz", "nights", "the poetry", "codings blue"]),
    start_after=st.sampled_from([None, None, EVENING, EVENING + timedelta(hours=5)]),
    start_before=st.sampled_from([None, None, EVENING + timedelta(hours=30)]),
    day=st.sampled_from([None, None, date(2026, 11, 22)]),
    from_day=st.sampled_from([None, None, date(2026, 11, 20), date(2026, 11, 22), date.min]),
    to_day=st.sampled_from([None, None, date(2026, 11, 22), date(2026, 12, 30), date.max]),
    from_hour=st.sampled_from([None, None, time(17), time(19, 30)]),
    to_hour=st.sampled_from([None, None, time(5), time(20, 30)]),
    guest_age=st.sampled_from([None, None, 0, 12]),
    least_age=st.sampled_from([None, None, 18]),
    currency=st.sampled_from(["", "INR"]),
    when=st.sampled_from([None, *When]),
    price=st.sampled_from(["", "", "free", "paid"]),
    price_max=st.sampled_from([None, None, Decimal(100)]),
    online=st.sampled_from(["", "", "yes"]),
    language=st.sampled_from(["", "", "en", "hi-IN"]),
    statuses=st.sampled_from(
        [(), (), ("cancelled",), ("sold_out", "scheduled"), ("moved_online",), ("rescheduled", "postponed")]
    ),
    source=st.sampled_from(["", "", "town-calendar"]),
    bbox=st.sampled_from([None, None, (77.6, 12.9, 77.65, 13.0), (170.0, -90.0, -170.0, 90.0)]),
)
nows = st.integers(-40, 40).map(lambda hours: EVENING + timedelta(hours=hours))


@pytest.mark.django_db
def test_both_evaluators_agree() -> None:
    populate()
    rows = list(for_api(public()))
    events = {row.id: public_event(row) for row in rows}
    read = terms_by_event(events)
    terms = {key: partial(read.__getitem__, key) for key in events}

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(wanted=filters, now=nows)
    def agree(wanted: EventFilter, now: datetime) -> None:
        in_memory = {
            key for key, event in events.items() if matches(wanted, event, terms=terms[key], now=now)
        }
        assert set(filtered(public(), wanted, now=now).values_list("id", flat=True)) == in_memory
        still_on = {key for key in in_memory if not is_over(events[key], now=now)}
        assert set(upcoming(wanted, now=now).values_list("id", flat=True)) == still_on

    agree()


@pytest.mark.django_db
def test_what_is_closed_on_a_day_is_not_listed_for_it() -> None:
    monday = EVENING.date() + timedelta(days=7 - EVENING.weekday())
    run = make_event(
        title="Rain maps",
        start=EVENING - timedelta(days=20),
        end_at=EVENING + timedelta(days=40),
        opening_hours="Tu-Su 00:00-23:00",
    )
    make_event(title="Dust maps", start=EVENING - timedelta(days=20), end_at=EVENING + timedelta(days=40))

    def listed(now: datetime, **wanted: Any) -> set[str]:
        return set(upcoming(EventFilter(**wanted), now=now).values_list("title", flat=True))

    closed = datetime.combine(monday, time(6), UTC)
    assert listed(closed, when=When.TODAY) == listed(EVENING, day=monday) == {"Dust maps"}
    assert (
        listed(closed, when=When.TOMORROW)
        == listed(closed, when=When.WEEK)
        == listed(closed)
        == {"Dust maps", run.title}
    )
    assert listed(closed, when=When.TONIGHT) == set()


@pytest.mark.django_db
def test_hours_are_read_once_for_all_events(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(6):
        make_event(
            title=f"Maps {number}",
            start=EVENING - timedelta(days=20),
            end_at=EVENING + timedelta(days=40),
            opening_hours=f"Tu-Su 1{number}:00-18:00",
        )
    with django_assert_num_queries(2):
        assert len(upcoming(EventFilter(when=When.WEEKEND), now=EVENING)) == 6


@pytest.mark.django_db
@pytest.mark.parametrize("radius", [0.1, 0.5, 1, 3, 20])
def test_both_evaluators_agree_on_what_is_near(radius: float) -> None:
    populate()
    wanted = EventFilter(lat=12.98, lng=77.61, radius_km=radius)
    terms = partial(Terms, {})
    near = {
        row.id for row in for_api(public()) if matches(wanted, public_event(row), terms=terms, now=EVENING)
    }
    assert set(filtered(public(), wanted, now=EVENING).values_list("id", flat=True)) == near


@given(filters)
def test_json_round_trip(wanted: EventFilter) -> None:
    assert EventFilter.from_json(wanted.to_json()) == wanted


def test_json_of_a_newer_version_is_read() -> None:
    assert EventFilter.from_json({"city": "bengaluru", "mood": "blue"}) == EventFilter(city="bengaluru")


def test_json_keeps_ids() -> None:
    wanted = EventFilter(venue=uuid4(), organizer=uuid4(), updated_since=EVENING, ordering=Ordering.PUBLISHED)
    assert EventFilter.from_json(wanted.to_json()) == wanted


def test_without_takes_conditions_off() -> None:
    assert EventFilter(city="a", q="jazz").without("q") == EventFilter(city="a")


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        ("2026-11-18", "2026-11-20", "2026-11-22"),
        ("2026-11-21", "2026-11-20", "2026-11-22"),
        ("2026-11-23", "2026-11-27", "2026-11-29"),
    ],
)
def test_weekend_is_under_way_or_next(today: str, first: str, last: str) -> None:
    found = window(When.WEEKEND, now=datetime.fromisoformat(f"{today}T12:00:00+00:00"))
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


def test_tonight_after_midnight_is_still_the_night_before() -> None:
    found = window(When.TONIGHT, now=datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    assert (found.first, found.last) == (date(2026, 11, 21), date(2026, 11, 22))


@pytest.mark.django_db
def test_tonight_holds_what_starts_after_midnight_and_not_the_next_evening() -> None:
    late = make_event(title="Late", start=datetime(2026, 11, 21, 20, 0, tzinfo=UTC))  # 01:30 in Bengaluru
    make_event(title="Next", start=datetime(2026, 11, 22, 14, 0, tzinfo=UTC))
    assert list(filtered(public(), EventFilter(when=When.TONIGHT), now=EVENING)) == [late]


@pytest.mark.django_db
@pytest.mark.parametrize("ordering", list(Ordering))
def test_every_ordering_answers(ordering: Ordering) -> None:
    event = make_event(lat=12.97, lng=77.6)
    assert list(
        filtered(public(), EventFilter(ordering=ordering, q="jazz", lat=12.9, lng=77.6), now=EVENING)
    ) == [event]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"from_hour": time(17), "to_hour": time(5)}, {"Dusk", "After one"}),
        ({"from_hour": time(5), "to_hour": time(17)}, {"Dawn"}),
        ({"from_hour": time(19)}, {"Dusk"}),
        ({"to_hour": time(5)}, {"After one"}),
        ({"day": date(2026, 11, 21), "from_hour": time(17), "to_hour": time(5)}, {"Dusk", "After one"}),
        ({"from_day": date(2026, 11, 22)}, {"Dawn", "Some time"}),
        ({"from_day": date(2026, 11, 21), "to_day": date(2026, 11, 21)}, {"Dusk", "After one"}),
        ({"guest_age": 12}, {"Dawn", "Some time", "Dusk"}),
        ({"least_age": 18}, {"After one"}),
        ({"price_max": Decimal(20), "currency": "USD"}, {"Dusk"}),
    ],
)
def test_days_hours_ages_and_currencies(wanted: dict[str, Any], found: set[str]) -> None:
    """One night in Bengaluru (UTC+5:30) and the day after it."""
    dusk = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
    make_event(title="Dusk", start=dusk, price_type="paid", price_min=Decimal(10), price_currency="USD")
    make_event(title="After one", start=dusk + timedelta(hours=6, minutes=30), age_limit=21)
    make_event(
        title="Dawn", start=dusk + timedelta(hours=12), price_type="paid", price_min=Decimal(10), age_limit=6
    )
    make_event(title="Some time", start=dusk + timedelta(hours=18), time_known=False)
    listed = filtered(public(), EventFilter(**wanted), now=EVENING)
    assert set(listed.values_list("title", flat=True)) == found


@pytest.mark.django_db
@pytest.mark.parametrize("tiny", [5e-324, 1e-310, -1e-300])
def test_a_centre_beside_the_equator_is_one_on_it(tiny):
    """PostgreSQL refuses products that are too small for a number."""
    wanted = EventFilter(lat=tiny, lng=tiny, radius_km=1.0)
    assert (wanted.lat, wanted.lng) == (0, 0)
    assert list(upcoming(wanted, now=datetime(2026, 11, 21, tzinfo=UTC))) == []
    assert EventFilter(lat=12.9716, lng=77.5946).lat == 12.9716
