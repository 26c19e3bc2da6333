"""record_events: entries of origins become events."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.rights import PIPELINE
from events import services
from events.enums import Publication
from events.models import Event, EventSearch, Listing, Proposal
from events.records import Judgement, Outcome
from outbox.models import Change
from pipeline.contract.enums import Status
from pipeline.contract.normalized import Image
from tests.factories import (
    NOW,
    hold_all,
    make_categories,
    make_city,
    make_entry,
    make_origin,
    normalized,
    publish_all,
    record_event,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world():
    make_city()
    make_categories()


def record(*entries, judge=publish_all, origin=None, now=NOW):
    return services.record_events(entries, origin=origin or make_origin(), judge=judge, now=now)


def test_a_new_event_is_published_told_and_found_by_search():
    entry = make_entry()
    (row,) = record(entry)
    assert row.outcome is Outcome.NEW
    event = Event.objects.get(pk=entry.event_id)
    assert (event.publication, event.city.slug, event.version) == ("approved", "bengaluru", 1)
    change = Change.objects.get(object_id=event.id)
    assert change.type == "event.published"
    assert change.topics == [
        "events:all",
        "events:category:music",
        "events:city:bengaluru",
        f"events:event:{event.id}",
    ]
    assert EventSearch.objects.get(event=event).folded_title == "raga at dusk"


def test_a_held_event_is_pending_and_tells_nobody():
    entry = make_entry()
    (row,) = record(entry, judge=hold_all)
    assert row.publication is Publication.PENDING
    assert row.reasons == ("not trusted",)
    assert not Change.objects.exists()


def test_the_same_facts_again_change_nothing():
    entry = make_entry()
    record(entry)
    version = Event.objects.get().updated_at
    (row,) = record(entry, now=NOW + timedelta(hours=1))
    assert row.outcome is Outcome.UNCHANGED
    assert Event.objects.get().updated_at == version
    assert Change.objects.count() == 1


def test_a_moved_start_is_rescheduled_and_says_from_when():
    event = record_event()
    reported = normalized(start=event.start_at + timedelta(days=1))
    record(make_entry(event=reported, event_id=event.id))
    event.refresh_from_db()
    assert event.happening == "rescheduled"
    assert event.previous_start_at == event.start_at - timedelta(days=1)
    assert Change.objects.order_by("id").last().type == "event.changed"


def test_a_moved_venue_is_told_until_it_moves_back():
    event = record_event()
    here = normalized().venue

    def told(name: str) -> str:
        reported = normalized(venue=replace(here, name=name, address="", lat=None, lng=None))
        record(make_entry(event=reported, event_id=event.id))
        event.refresh_from_db()
        assert event.venue_name == name
        return event.former_venue

    assert told("Blue Room, upper hall") == ""
    assert told("Blue Room") == ""
    assert told("Fandom at Gilly's") == "Blue Room"
    assert told("Fandom at Gilly's Redefined") == "Blue Room"
    assert told("Blue Room") == ""


def test_a_better_venue_of_another_source_is_no_move():
    event = record_event()
    other = make_entry(
        event=normalized(venue=replace(normalized().venue, name="Sky Terrace", address="1 MG Road")),
        event_id=event.id,
    )
    record(other, origin=make_origin(slug="better", trust=1.0))
    event.refresh_from_db()
    assert (event.venue_name, event.former_venue) == ("Sky Terrace", "")


def test_rescheduled_stays_though_the_source_says_scheduled():
    event = record_event()
    reported = normalized(start=event.start_at + timedelta(days=1))
    record(make_entry(event=reported, event_id=event.id))
    (row,) = record(make_entry(event=reported, event_id=event.id))
    assert row.outcome is Outcome.UNCHANGED


def test_a_cancellation_is_told_as_one():
    event = record_event()
    record(make_entry(event=normalized(status=Status.CANCELLED), event_id=event.id))
    assert Event.objects.get().happening == "cancelled"
    assert Change.objects.order_by("id").last().type == "event.cancelled"


def test_a_locked_field_stays_and_what_the_source_says_becomes_a_proposal():
    event = record_event()
    services.edit(event.id, {"title": "Ragas at Dusk, by hand"}, by=PIPELINE)
    record(
        make_entry(
            event=normalized(title="Raga at Dusk (new)", external_id="raga-at-dusk"), event_id=event.id
        )
    )
    event.refresh_from_db()
    assert event.title == "Ragas at Dusk, by hand"
    assert Proposal.objects.get(event=event).fields["title"]["to"] == "Raga at Dusk (new)"


def test_a_withheld_change_leaves_what_is_published():
    event = record_event()
    reported = normalized(title="Buy pills now", external_id="raga-at-dusk")
    (row,) = record(
        make_entry(event=reported, event_id=event.id),
        judge=lambda cases: [Judgement(apply=False, reasons=("another title",))],
    )
    event.refresh_from_db()
    assert event.title == "Raga at Dusk"
    assert row.proposal_id is not None
    services.decide_proposal(row.proposal_id, accept=True, by=PIPELINE)
    event.refresh_from_db()
    assert event.title == "Buy pills now"


def test_two_origins_feed_one_event_and_the_more_trusted_word_counts():
    event = record_event(origin=make_origin(slug="good", trust=0.9))
    other = normalized(
        title="RAGA DUSK!!", external_id="x9", ticket_url="https://tickets.example/9", tags=("classical",)
    )
    record(make_entry(event=other, event_id=event.id), origin=make_origin(slug="poor", trust=0.2))
    event.refresh_from_db()
    assert (event.title, event.ticket_url, event.tags) == (
        "Raga at Dusk",
        "https://tickets.example/9",
        ["classical"],
    )
    assert Listing.objects.filter(event=event).count() == 2


def test_images_follow_the_source():
    event = record_event(images=(Image(url="https://example.org/a.jpg", is_primary=True),))
    reported = normalized(images=(Image(url="https://example.org/b.jpg", alt="b"),))
    record(make_entry(event=reported, event_id=event.id))
    assert list(event.images.values_list("source_url", "is_primary")) == [("https://example.org/b.jpg", True)]


def test_what_was_removed_stays_removed():
    event = record_event()
    services.change_status(event.id, Publication.REMOVED, reason="spam", by=PIPELINE)
    record(make_entry(event=normalized(description="<p>Again.</p>"), event_id=event.id))
    event.refresh_from_db()
    assert event.publication == "removed"


@pytest.mark.parametrize("size", [2, 40])
def test_queries_do_not_depend_on_the_size_of_a_batch(size):
    entries = [make_entry(event=normalized(title=f"Raga {n}", external_id=str(n))) for n in range(size)]
    origin = make_origin()
    with CaptureQueriesContext(connection) as new:
        record(*entries, origin=origin)
    changed = [replace(e, event=replace(e.event, description="<p>Other.</p>")) for e in entries]
    with CaptureQueriesContext(connection) as again:
        record(*changed, origin=origin)
    assert (len(new), len(again)) == (8, 11)
