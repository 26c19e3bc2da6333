"""Percolation: what the database lists for a search are its hits, and nothing else."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from events.filters import EventFilter
from events.models import Event, SearchWord
from events.queries import public, upcoming
from saved_searches import services
from saved_searches.models import Conditions, ConditionsKey, SavedSearch
from saved_searches.parts import numbers
from saved_searches.percolation import candidates, percolate
from saved_searches.services.conditions import renew_keys
from tests.events.test_filters import filters, nows, populate
from tests.factories import EVENING, make_event

pytestmark = pytest.mark.django_db


def hits(now: datetime) -> dict[int, set[UUID]]:
    """The events that each of the stored conditions matches at `now`."""
    events = candidates(dict.fromkeys(public().values_list("pk", flat=True), now))
    return {
        match.conditions_id: {events[number].id for number in numbers(match.events)}
        for match in percolate(events)
    }


def save(person: User, **wanted: Any) -> SavedSearch:
    return services.save(person, EventFilter(**wanted), name="x", alert=True)


def test_what_the_database_lists_is_a_hit_and_nothing_else(vera: User) -> None:
    populate()
    Event.objects.filter(lat=None).update(
        around_lat=12.97, around_lng=77.59
    )  # shown on maps, and in no list by distance
    placed, circles = Event.objects.exclude(lat=None)[0], st.sampled_from([None, 1.0, 40.0, 5_000.0])
    venue = st.sampled_from([None, None, placed.place_id])

    @st.composite
    def wishes(draw: Any) -> EventFilter:
        wanted, radius = draw(filters), draw(circles)
        asked = {"lat": placed.lat, "lng": placed.lng, "radius_km": radius} if radius else {}
        plain = (
            wanted.to_json()
            | asked
            | {"q": draw(st.sampled_from(["", wanted.q, '"jazz night"', "-jazz", "nig", "the"]))}
        )
        return EventFilter.from_json(plain | ({"venue": str(v)} if (v := draw(venue)) else {}))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(wanted=st.lists(wishes(), min_size=1, max_size=5), now=nows)
    def agree(wanted: list[EventFilter], now: datetime) -> None:
        SavedSearch.objects.all().delete()
        rows = [services.save(vera, each, name="x", alert=True) for each in wanted]
        found = hits(now)
        for row, each in zip(rows, wanted, strict=True):
            listed = set(upcoming(each, now=now).values_list("pk", flat=True))
            assert found.get(row.conditions_id, set()) == listed, each

    agree()


def test_conditions_that_many_share_are_stored_and_asked_once(vera: User, django_assert_num_queries) -> None:
    make_event(title="Jazz")
    rows = [save(vera, city="bengaluru", q="jazz") for _ in range(30)]
    assert Conditions.objects.count() == 1
    listed = candidates(dict.fromkeys(public().values_list("pk", flat=True), EVENING))
    with django_assert_num_queries(1):
        assert len(percolate(listed)) == 1
    for row in rows:
        services.delete(vera, row.pk)
    assert (Conditions.objects.count(), ConditionsKey.objects.count()) == (0, 0)


def test_a_changed_search_counts_at_once(vera: User) -> None:
    event = make_event(title="Jazz")
    row = save(vera, q="coding")
    assert hits(EVENING) == {}
    services.change(vera, row.pk, wanted=EventFilter(q="jazz"))
    row.refresh_from_db()
    assert hits(EVENING) == {row.conditions_id: {event.pk}}
    services.change(vera, row.pk, alert=False)
    assert hits(EVENING) == {}


def test_keys_of_an_earlier_version_are_made_anew(vera: User) -> None:
    event = make_event(title="Jazz")
    row = save(vera, q="jazz")
    ConditionsKey.objects.update(key="word  former")
    Conditions.objects.update(keys_version=0)
    assert renew_keys() == 1
    assert hits(EVENING) == {row.conditions_id: {event.pk}}
    assert renew_keys() == 0


def test_the_rarer_word_is_the_key(vera: User) -> None:
    SearchWord.objects.create(word="quartet", named=5)
    save(vera, q="jazz quartet")
    assert ConditionsKey.objects.filter(key="word  jazz").exists()
    SearchWord.objects.create(word="jazz", named=50)
    save(vera, q="jazz quartet", city="bengaluru")
    keys = set(ConditionsKey.objects.filter(key__startswith="word bengaluru").values_list("key", flat=True))
    assert "word bengaluru quartet" in keys
    assert "word bengaluru jazz" not in keys
