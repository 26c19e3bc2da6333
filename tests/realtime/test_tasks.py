"""Predictions of watched places are updated, and these places are refreshed first."""

import time

import pytest
from django.core.cache import cache
from redis.exceptions import RedisError
from uuid_utils.compat import uuid7

from egress.factory import open_valkey
from places.models import PlaceStatus
from places.queries import known_ids
from realtime import tasks
from realtime.connections.registry import HubRegistry, HubStats
from tests.factories import NOW, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(monkeypatch):
    """A registry without other tests' reports."""
    cache.clear()
    registry = HubRegistry(open_valkey(), prefix=f"test-{uuid7()}:")
    monkeypatch.setattr(tasks, "open_registry", lambda: registry)
    monkeypatch.setattr(tasks, "now", lambda: NOW)
    yield registry
    registry.forget("one")
    registry.forget("two")
    cache.clear()


def test_watched_places_are_predicted_anew_and_others_are_not(registry):
    watched, other = (make_place(name=name, opening_hours="24/7") for name in ("a", "b"))
    registry.report("one", HubStats(topics={f"place:{watched.id}": 3, "events:all": 9}), {}, now=time.time())
    registry.report("two", HubStats(topics={f"place:{watched.id}": 1}), {}, now=time.time())
    assert tasks.refresh_watched_places() == 1
    assert [(row.place_id, row.openness, row.source) for row in PlaceStatus.objects.all()] == [
        (watched.id, "open", "prediction")
    ]
    assert tasks.refresh_watched_places() == 0


def test_platforms_are_asked_for_watched_places_first(registry):
    places = [make_place(name=f"p{n}", external_ids={"google_place_id": f"g{n}"}) for n in range(3)]
    assert known_ids("google_place_id") == ["g0", "g1", "g2"]
    registry.report("one", HubStats(topics={f"place:{places[2].id}": 1}), {}, now=time.time())
    tasks.refresh_watched_places()
    assert known_ids("google_place_id") == ["g2", "g0", "g1"]


def test_nobody_watches_and_nobody_can_say_who_does(registry, monkeypatch):
    assert tasks.refresh_watched_places() == 0

    def away():
        raise RedisError("away")

    monkeypatch.setattr(tasks, "open_registry", away)
    assert tasks.refresh_watched_places() == 0
