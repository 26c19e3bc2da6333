"""Which events are compared with a batch."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.models import Event
from pipeline.contract.lookups import Wanted
from sources.queries.alike import candidates, look_ahead
from tests.factories import make_city, make_event

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
