"""Archiving, vectors, samples."""

from datetime import timedelta

import pytest

from events import services, tasks
from events.models import Event, EventVector
from outbox.models import Change
from tests.factories import NOW, make_event, make_origin

pytestmark = pytest.mark.django_db


def test_what_ended_a_month_ago_is_archived_and_told():
    old = make_event(start=NOW - timedelta(days=40))
    make_event("Still to come", start=NOW + timedelta(days=1))
    assert services.archive_past(now=NOW) == 1
    old.refresh_from_db()
    assert old.publication == "archived"
    assert Change.objects.filter(object_id=old.id).order_by("id").last().type == "event.removed"


def test_a_vector_is_made_once_and_again_after_a_change():
    event = make_event()
    assert services.embed_missing(now=event.updated_at + timedelta(minutes=1)) == 1
    assert services.embed_missing(now=event.updated_at + timedelta(minutes=2)) == 0
    services.edit(event.id, {"title": "Something else"}, now=event.updated_at + timedelta(hours=1))
    assert services.embed_missing(now=event.updated_at + timedelta(hours=2)) == 1
    assert len(EventVector.objects.get().embedding) == 512


def test_samples_go_with_their_origins_and_others_stay():
    make_event("A sample", origin=make_origin("sample", is_sample=True))
    kept = make_event("A real one", origin=make_origin("real"))
    assert services.remove_samples() == 1
    assert list(Event.objects.all()) == [kept]
    assert Change.objects.filter(type="event.removed").count() == 1


def test_what_every_source_left_out_for_two_weeks_is_gone_and_comes_back_when_listed():
    event, origin = make_event(), make_origin()
    listing = [("raga-at-dusk", "")]
    assert services.mark_missing(listing, origin=origin, now=NOW) == 1
    assert services.mark_gone(now=NOW + timedelta(days=13)) == 0
    assert services.mark_gone(now=NOW + timedelta(days=15)) == 1
    event.refresh_from_db()
    assert event.freshness == "gone"
    assert services.mark_seen(listing, origin=origin, now=NOW + timedelta(days=16)) == 1
    event.refresh_from_db()
    assert event.freshness == "seen"


def test_each_task_does_its_one_thing():
    make_event(start=NOW - timedelta(days=40))
    assert (tasks.archive_past(), tasks.mark_gone(), tasks.embed_missing()) == (1, 0, 0)
