"""Which events are compared with a batch."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from events.models import Event
from pipeline.contract.lookups import Wanted
from places.models import Place
from sources.queries.alike import candidates, look_ahead
from tests.factories import NOW, make_city, make_event, make_origin, make_place, record_event

pytestmark = pytest.mark.django_db
WANTED = Wanted(city="", day=date(2026, 11, 21), title="moonlit jazz", lat=64.15, lng=-21.94)


def found(*wanted: Wanted) -> set[str]:
    return {one.id for one in candidates(wanted, source_key="").events}


def outside(lat: float | None = None, lng: float | None = None, **fields: object) -> str:
    """An event in Iceland, which has no city here."""
    return str(make_event(city=None, timezone="Atlantic/Reykjavik", lat=lat, lng=lng, **fields).id)


def test_outside_all_cities_the_points_decide_and_what_has_none_may_be_anywhere() -> None:
    here, nowhere = outside(64.2, -22.0), outside()
    far = outside(65.7, -18.1)
    assert found(WANTED) == {here, nowhere}
    assert found(replace(WANTED, lat=None, lng=None)) == {here, nowhere, far}
    assert found(replace(WANTED, city="bengaluru")) == set()


def test_a_day_further_off_is_asked_for_where_only_the_day_is_known() -> None:
    timed = make_event(city=None).start_at
    dated = outside(start=timed + timedelta(days=3), all_day=True)
    later = outside(start=timed + timedelta(days=3))
    assert dated in found(WANTED)
    assert later not in found(WANTED)
    assert {dated, later} <= found(replace(WANTED, dated=True))


def test_what_was_merged_stands_for_the_event_that_it_is_part_of() -> None:
    """However many alike were merged, the event itself is found: they are not what takes its place."""
    survivor = make_event(title="Jazz under the moon")
    for _ in range(20):
        make_event(title="Moonlit Jazz", publication="merged", merged_into=survivor)
    assert found(replace(WANTED, city="bengaluru")) == {str(survivor.id)}


def test_the_number_of_queries_does_not_depend_on_the_batch(
    django_assert_num_queries: pytest.fixture,
) -> None:
    for _ in range(3):
        outside()
        make_event()
    assert Event.objects.count() == 6
    with django_assert_num_queries(3):
        candidates(
            [WANTED, replace(WANTED, city="bengaluru"), replace(WANTED, title="something else")] * 5,
            source_key="",
        )


def test_after_a_look_ahead_only_what_came_since_is_looked_through(
    django_assert_num_queries: pytest.fixture,
) -> None:
    """Also what another process was writing when it looked: ids are given before they can be seen."""
    there = str(make_event().id)
    make_event(title="Something else entirely")
    wanted = [replace(WANTED, city="bengaluru"), WANTED]
    with django_assert_num_queries(1):
        ahead = look_ahead(wanted)
    assert ahead.ids == {there}
    since = {str(make_event().id), outside()}
    make_event(id=UUID("01a00000-0000-7000-8000-000000000001"))  # of long ago, and so it would have been seen
    with django_assert_num_queries(3):
        seen = {one.id for one in candidates(wanted, source_key="", ahead=ahead).events}
    assert seen == {there, *since}


def test_a_look_ahead_finds_what_a_look_at_the_end_would() -> None:
    for number in range(8):
        make_event(
            title=("Moonlit Jazz", "Jazz by Moonlight", "Open mic")[number % 3],
            city=None if number % 2 else make_city(),
        )
    wanted = [replace(WANTED, city="bengaluru"), WANTED, replace(WANTED, title="open mic", dated=True)]
    at_the_end = {one.id for one in candidates(wanted, source_key="").events}
    assert {
        one.id for one in candidates(wanted, source_key="", ahead=look_ahead(wanted)).events
    } >= at_the_end
    assert look_ahead([]).ids == frozenset()


def at_the_cellar(title: str, start: datetime, slug: str = "calendar") -> Event:
    """An event in the cellar, as the source `slug` lists it."""
    place = Place.objects.filter(name="The Cellar").first() or make_place(name="The Cellar")
    event = record_event(title=title, start=start, origin=make_origin(slug=slug))
    Event.objects.filter(pk=event.pk).update(place=place)
    event.refresh_from_db()
    return event


def in_the_cellar(event: Event) -> Wanted:
    return replace(
        WANTED,
        city="bengaluru",
        title="quite another title",
        place_id=str(event.place_id),
        start=event.start_at,
    )


def test_what_begins_at_one_moment_in_one_room_is_found_whatever_its_title() -> None:
    there, later = at_the_cellar("Moonlit Jazz", NOW), at_the_cellar("Trio", NOW + timedelta(hours=1))
    assert str(there.id) in found(replace(in_the_cellar(there), day=date(2030, 1, 1)))
    assert str(later.id) not in found(replace(in_the_cellar(there), day=date(2030, 1, 1)))


def test_a_venue_where_one_source_lists_two_at_once_is_crowded() -> None:
    there = at_the_cellar("Moonlit Jazz", NOW)
    assert [one.crowded for one in candidates([in_the_cellar(there)], source_key="").events] == [False]
    at_the_cellar("Robots", NOW, slug="another")
    assert not any(one.crowded for one in candidates([in_the_cellar(there)], source_key="").events)
    for title in ("The Weaver", "Rain Maps"):
        at_the_cellar(title, NOW - timedelta(days=7), slug="cinema")
    reported = candidates(
        [replace(in_the_cellar(there), title="moonlit jazz", day=there.start_date)], source_key=""
    )
    assert all(one.crowded for one in reported.events)
    assert found(replace(in_the_cellar(there), day=date(2030, 1, 1))) == set()
