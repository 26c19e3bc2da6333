"""Archiving, vectors, samples."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts.rights import PIPELINE
from events import services, tasks
from events.models import Event, EventVector, Listing, Organizer
from outbox.models import Change
from pipeline.contract.normalized import OrganizerRef
from tests.factories import NOW, make_origin, record_event

pytestmark = pytest.mark.django_db


def test_what_ended_a_year_ago_is_archived_and_told():
    old = record_event(start=NOW - timedelta(days=370))
    record_event(title="Last month", start=NOW - timedelta(days=40))
    record_event(title="Still to come", start=NOW + timedelta(days=1))
    assert services.archive_past(now=NOW, dry=True) == 1
    assert not Event.objects.filter(publication="archived").exists()
    assert services.archive_past(now=NOW) == 1
    old.refresh_from_db()
    assert old.publication == "archived"
    assert Change.objects.filter(object_id=old.id).order_by("id").last().type == "event.removed"


def test_contacts_of_events_long_over_are_emptied():
    def listed(title: str, days: int, **fields: str) -> Listing:
        reported = OrganizerRef(name=title, contact="office@example.org")
        event = record_event(
            title=title,
            origin=make_origin(slug=title.lower()),
            start=NOW - timedelta(days=days),
            organizer=reported,
        )
        Organizer.objects.filter(name=title).update(**fields)
        return event.listings.get()

    old, recent, official = (
        listed("Old", 200),
        listed("Recent", 100),
        listed("Official", 200, verification="official"),
    )
    assert services.anonymize_contacts(now=NOW, dry=True) == 3
    assert services.anonymize_contacts(now=NOW) == 3
    assert services.anonymize_contacts(now=NOW) == 0
    assert dict(Organizer.objects.values_list("name", "contact")) == {
        "Old": "", "Recent": "office@example.org", "Official": "office@example.org"
    }  # fmt: skip
    for row, contact in ((old, ""), (recent, "office@example.org"), (official, "")):
        row.refresh_from_db()
        assert (row.facts["organizer"]["name"], row.facts["organizer"]["contact"]) == (
            row.facts["title"],
            contact,
        )


@pytest.mark.parametrize(
    "facts", [{"organizer": None}, {"organizer": {"name": "Hall", "contact": "office@example.org"}}]
)
def test_contacts_go_from_what_counts_too_and_no_more_counts_than_before(facts):
    reported = record_event(title="Old", start=NOW - timedelta(days=200)).listings.get()
    reported.facts, reported.accepted = (
        facts,
        {"title": "Old", "organizer": {"name": "Hall", "contact": "office@example.org"}},
    )
    reported.save()
    assert services.anonymize_contacts(now=NOW) == 1
    reported.refresh_from_db()
    assert reported.accepted == {"title": "Old", "organizer": {"name": "Hall", "contact": ""}}
    assert "office" not in str(reported.facts)


def test_a_vector_is_made_once_and_again_after_a_change():
    event = record_event()
    assert services.embed_missing(now=event.updated_at + timedelta(minutes=1)) == 1
    assert services.embed_missing(now=event.updated_at + timedelta(minutes=2)) == 0
    services.edit(
        event.id, {"title": "Something else"}, now=event.updated_at + timedelta(hours=1), by=PIPELINE
    )
    assert services.embed_missing(now=event.updated_at + timedelta(hours=2)) == 1
    assert len(EventVector.objects.get().embedding) == 512


def test_an_event_of_which_only_something_else_changed_keeps_its_vector(monkeypatch):
    event = record_event()
    services.embed_missing(now=event.updated_at + timedelta(minutes=1))
    services.edit(
        event.id, {"venue_name": "Elsewhere"}, now=event.updated_at + timedelta(hours=1), by=PIPELINE
    )
    asked = []
    monkeypatch.setattr("events.services.vectors.encode_sentences", lambda texts: asked.extend(texts) or [])
    assert services.embed_missing(now=event.updated_at + timedelta(hours=2)) == 1
    assert services.embed_missing(now=event.updated_at + timedelta(hours=3)) == 0
    assert asked == []


def test_vectors_are_made_until_none_waits_and_the_rest_is_asked_for_anew_when_the_time_is_up(monkeypatch):
    record_event()
    assert tasks.embed_missing() == 1
    ahead = record_event(title="Another")
    Event.objects.filter(id=ahead.id).update(
        updated_at=now() + timedelta(hours=1)
    )  # a clock that is ahead must not make us do it for ever
    assert tasks.embed_missing() == 1
    record_event(title="Waits")
    asked_anew = []
    monkeypatch.setattr(tasks.embed_missing, "delay", lambda: asked_anew.append(True))
    assert tasks.embed_missing(seconds=0) == 1
    assert asked_anew == [True]


def test_only_one_process_makes_vectors():
    record_event()
    beside = connection.copy()
    try:
        beside.cursor().execute("SELECT pg_advisory_lock(hashtextextended('vectors', 0))")
        assert services.embed_missing(now=NOW) == 0
        beside.cursor().execute(
            "SELECT pg_advisory_unlock(hashtextextended('vectors', 0))"
        )  # a closed connection lets go only some time later
    finally:
        beside.close()
    assert services.embed_missing(now=NOW) == 1


def test_samples_go_with_their_origins_and_others_stay():
    record_event(title="A sample", origin=make_origin(slug="sample", is_sample=True))
    kept = record_event(title="A real one", origin=make_origin(slug="real"))
    assert services.remove_samples() == 1
    assert list(Event.objects.all()) == [kept]
    assert Change.objects.filter(type="event.removed").count() == 1


def test_what_every_source_left_out_for_two_weeks_is_gone_and_comes_back_when_listed():
    event, origin = record_event(), make_origin()
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
    record_event(start=NOW - timedelta(days=400))
    assert (tasks.archive_past(), tasks.mark_gone(), tasks.embed_missing()) == (1, 0, 0)
