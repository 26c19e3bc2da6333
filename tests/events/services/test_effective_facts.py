"""Which facts about a published event reach readers.

An undecided value is not published by another source's update.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.rights import PIPELINE
from events import services
from events.enums import Publication
from events.models import Event, EventImage, Listing, Origin, Proposal
from events.records import Recorded
from events.services.placing import tell_venue_anew
from moderation.rules import SourceTrust
from moderation.services import judge
from pipeline.contract.enums import ExtractionMethod, PriceType
from pipeline.contract.normalized import Image, NormalizedEvent, Price
from tests.factories import NOW, make_categories, make_city, make_entry, make_origin, normalized, record_event

pytestmark = pytest.mark.django_db
GOOD, POOR, GUESSES = (
    SourceTrust(name="Good", trusted=True),
    SourceTrust(name="Poor"),
    SourceTrust(name="Captions", trusted=True, always_review=True),
)
OWN = normalized(
    end=None, url="https://good.example/raga", ticket_url="", performers=("Ana",), tags=("raga",)
)
#: What a listing that nobody vouches for says of the same event, and says more of.
PILLS = replace(
    normalized(title="Raga at Dusk", external_id="x9"),
    end=NOW + timedelta(hours=60), ticket_url="https://pills.example/buy", performers=("Ana", "Pills Inc"), tags=("pills",),
    price=Price(type=PriceType.PAID, min=Decimal(900), max=Decimal(900), currency="INR"), images=(Image(url="https://pills.example/ad.jpg"),),
)  # fmt: skip


@pytest.fixture
def event() -> Event:
    """A published event of a trusted source."""
    make_city()
    make_categories()
    tell(UUID(int=7), OWN, good(), GOOD)
    return Event.objects.get()


def good() -> Origin:
    return make_origin(slug="good", trust=0.9)


def poor() -> Origin:
    return make_origin(slug="poor", trust=0.3)


def tell(
    event_id: UUID, reported: NormalizedEvent, origin: Origin, source_trust: SourceTrust, *, minutes: int = 0
) -> Recorded:
    (row,) = services.record_events(
        [make_entry(event=reported, event_id=event_id)],
        origin=origin,
        judge=partial(judge, source_trust=source_trust),
        now=NOW + timedelta(minutes=minutes),
    )
    return row


def shown(event: Event) -> dict[str, object]:
    """The event's values for readers, by column."""
    event.refresh_from_db()
    names = (
        "title",
        "start_at",
        "end_at",
        "ticket_url",
        "performers",
        "tags",
        "price_type",
        "price_min",
        "description",
        "happening",
    )
    return {name: getattr(event, name) for name in names} | {
        "images": sorted(EventImage.objects.filter(event=event).values_list("source_url", flat=True))
    }


@pytest.mark.parametrize("source_trust", [POOR, GUESSES, replace(POOR, blocked=True)])
@pytest.mark.parametrize("declined", [False, True])
def test_what_was_withheld_does_not_come_in_with_the_next_word_of_a_trusted_source(
    event, source_trust, declined
):
    before = shown(event)
    row = tell(event.id, PILLS, poor(), source_trust, minutes=1)
    if declined:
        services.decide_proposal(row.proposal_id, accept=False, by=PIPELINE)
    tell(event.id, OWN, good(), GOOD, minutes=2)
    assert shown(event) == before
    tell(event.id, replace(OWN, tags=("raga", "sitar")), good(), GOOD, minutes=3)
    assert shown(event) == {**before, "tags": ["raga", "sitar"]}
    tell(
        event.id,
        normalized(external_id="c1", capacity=80),
        make_origin(slug="other", trust=0.9),
        GOOD,
        minutes=4,
    )
    assert shown(event)["ticket_url"] == ""
    assert "Pills Inc" not in shown(event)["performers"]


def test_what_lost_when_it_was_told_is_not_believed_when_the_better_word_goes(event):
    reported = replace(OWN, ticket_url="https://good.example/tickets")
    tell(event.id, reported, good(), GOOD, minutes=1)
    tell(event.id, replace(PILLS, end=None, performers=(), tags=(), images=()), poor(), POOR, minutes=2)
    tell(event.id, OWN, good(), GOOD, minutes=3)
    assert shown(event)["ticket_url"] == ""
    Listing.objects.filter(origin=good()).update(missing_since=NOW)
    tell(
        event.id,
        normalized(external_id="c1", ticket_url=""),
        make_origin(slug="other", trust=0.9),
        GOOD,
        minutes=4,
    )
    assert shown(event)["ticket_url"] == ""


def test_what_a_person_accepted_counts_from_then_on(event):
    row = tell(event.id, PILLS, poor(), POOR, minutes=1)
    services.decide_proposal(row.proposal_id, accept=True, by=PIPELINE)
    assert shown(event)["ticket_url"] == "https://pills.example/buy"
    tell(event.id, OWN, good(), GOOD, minutes=2)
    accepted = shown(event)
    assert (accepted["ticket_url"], accepted["end_at"], accepted["performers"]) == (
        PILLS.ticket_url,
        PILLS.end,
        ["Ana", "Pills Inc"],
    )


def test_what_counted_before_goes_on_counting_while_the_new_word_waits():
    make_city()
    make_categories()
    reported = normalized(external_id="x9", ticket_url="https://poor.example/1")
    tell(UUID(int=7), reported, poor(), POOR)
    services.change_status(UUID(int=7), Publication.APPROVED, by=PIPELINE)
    event = Event.objects.get()
    tell(
        event.id,
        replace(reported, ticket_url="https://poor.example/2", start=reported.start + timedelta(hours=3)),
        poor(),
        POOR,
        minutes=1,
    )
    tell(event.id, normalized(external_id="c1", end=None, ticket_url=""), good(), GOOD, minutes=2)
    assert (shown(event)["ticket_url"], shown(event)["start_at"], shown(event)["end_at"]) == (
        "https://poor.example/1",
        reported.start,
        reported.end,
    )


def test_a_declined_value_is_not_asked_about_again_but_another_is(event):
    row = tell(event.id, PILLS, poor(), POOR, minutes=1)
    services.decide_proposal(row.proposal_id, accept=False, by=PIPELINE)
    assert tell(event.id, PILLS, poor(), POOR, minutes=2).proposal_id is None
    again = tell(event.id, replace(PILLS, ticket_url="https://pills.example/other"), poor(), POOR, minutes=3)
    assert list(Proposal.objects.get(pk=again.proposal_id).fields) == ["ticket_url"]


def test_an_open_question_stays_open_whatever_others_say(event):
    row = tell(event.id, PILLS, poor(), POOR, minutes=1)
    spoken = tell(event.id, OWN, good(), GOOD, minutes=2)
    assert (spoken.asked, spoken.proposal_id) == (True, None)
    assert Proposal.objects.get().id == row.proposal_id
    assert not tell(event.id, replace(OWN, external_id="x9"), poor(), POOR, minutes=3).asked
    assert not Proposal.objects.exists()


def test_a_quiet_listing_that_is_left_alone_tells_of_itself(event):
    """Its word is all there is: taking the other out breaks nothing, and the next word is judged as its
    own."""
    tell(event.id, PILLS, poor(), POOR, minutes=1)
    Listing.objects.filter(origin=good()).delete()
    tell_venue_anew([event.id], now=NOW)
    tell(event.id, PILLS, poor(), POOR, minutes=2)
    assert shown(event)["ticket_url"] == ""


def test_taken_out_a_quiet_listing_tells_all_that_it_says(event):
    tell(event.id, PILLS, poor(), POOR, minutes=1)
    Listing.objects.filter(origin=poor()).update(joined_at=NOW)
    own = services.take_out(
        Listing.objects.get(origin=poor()).pk, now=NOW + timedelta(minutes=2), by=PIPELINE
    )
    assert (own.ticket_url, own.publication) == (PILLS.ticket_url, "pending")
    assert shown(event)["ticket_url"] == ""


def test_a_stray_that_a_person_keeps_brings_no_more_than_was_decided_on(event):
    before = shown(event)
    tell(event.id, PILLS, poor(), POOR, minutes=1)
    Listing.objects.filter(origin=poor()).update(mismatched_since=NOW)
    services.keep_listing(Listing.objects.get(origin=poor()).pk, now=NOW + timedelta(minutes=2), by=PIPELINE)
    tell(event.id, replace(OWN, capacity=80), good(), GOOD, minutes=3)
    assert shown(event) == before
    assert event.capacity == 80


def test_what_a_model_read_waits_though_others_say_the_rest(event):
    reported = replace(PILLS, method=ExtractionMethod.AI)
    read = make_origin(slug="read", trust=0.9)
    before = shown(event)
    row = tell(event.id, reported, read, GOOD, minutes=1)
    assert "read by a language model" in row.reasons
    assert shown(event) == before
    tell(event.id, OWN, good(), GOOD, minutes=2)
    assert shown(event) == before


def test_what_a_model_read_waits_when_the_better_word_goes(event):
    tell(event.id, replace(OWN, ticket_url="https://good.example/tickets"), good(), GOOD, minutes=1)
    reported = replace(
        OWN, external_id="x9", ticket_url="https://pills.example/buy", method=ExtractionMethod.AI
    )
    tell(event.id, reported, make_origin(slug="read", trust=0.8), GOOD, minutes=2)
    row = tell(event.id, replace(OWN, capacity=80), good(), GOOD, minutes=3)
    event.refresh_from_db()
    assert (event.ticket_url, event.capacity) == ("https://good.example/tickets", 80)
    assert "read by a language model" in row.reasons


@pytest.mark.parametrize("size", [2, 20])
def test_asking_what_waits_costs_the_same_for_any_batch(size):
    entries = [
        make_entry(
            event=replace(PILLS, external_id=str(n)),
            event_id=record_event(title=f"Raga {n}", origin=good()).id,
        )
        for n in range(size)
    ]
    with CaptureQueriesContext(connection) as queries:
        services.record_events(entries, origin=poor(), judge=partial(judge, source_trust=POOR), now=NOW)
    assert Proposal.objects.count() == size
    with CaptureQueriesContext(connection) as again:
        services.record_events(entries, origin=poor(), judge=partial(judge, source_trust=POOR), now=NOW)
    assert (len(queries), len(again)) == (13, 11)
