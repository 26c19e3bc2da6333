"""Separates listings that matching joined to an existing event.

They have no event of their own: a moderator moves such a listing to a new event, or keeps it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock
from uuid_utils.compat import uuid7

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, is_person, require
from events import facts as event_facts
from events import signals
from events.effective_facts import MEMBERS, effective_part
from events.enums import Freshness, Publication
from events.exceptions import MergeRefused
from events.models import Event, EventCounters, Listing, Proposal
from events.services import linked
from events.services.effective_facts import effective_contributions
from events.services.merging.family import Family
from events.services.merging.verdicts import MERGE, remember
from events.services.plans import field_of, locked_columns, recognised, settle
from events.services.publication import require_event_cities
from pipeline.contract.enums import MatchOutcome
from pipeline.contract.fields import LOCKS


def take_out(listing_id: UUID, *, by: Actor, now: datetime | None = None) -> Event:
    """Move a joined listing to an event of its own, and return that event.

    The former event loses what the listing gave it; the two are stored as different, so that the next fetch
    does not join them again. If a person does it, the new event has the publication of the other, unless a
    check flagged it; otherwise it waits for a moderator. Raises MergeRefused where it is the event's only
    listing, or came with a merged event (`unmerge` that); RightMissing, Listing.DoesNotExist.
    """
    require(by, MERGE)
    moment = now or clock()
    with transaction.atomic():
        listing, family = locked(listing_id, moment)
        left = family.events[listing.event_id]
        require_event_cities(by, [left])
        if len(family.listed(left.id)) < 2:
            raise MergeRefused("It is the event's only listing.")
        if listing.joined_at is None and family.events.get(listing.first_event_id, left).merged_into_id:
            raise MergeRefused("It came with an event of its own: undo that event's merge.")
        similarity = float(listing.joined.get("similarity", 0.0))
        event = _of_its_own(family, listing, left, by_person=is_person(by))
        family.save()
        listing.save(
            update_fields=["first_event", "joined_at", "joined", "mismatched_since", "accepted", "changed_at"]
        )
        remember(
            left.id, event.id, MatchOutcome.DIFFERENT, by=by, reasons=str(listing.joined.get("reasons") or "taken out"), similarity=similarity,
            undone_at=moment,
        )  # fmt: skip
        record_action(
            by,
            Action.LISTING_TAKEN_OUT,
            target=target_of(listing),
            before={"event": left.id},
            after={"event": event.id},
        )
        signals.parted.send(sender=Event, event_id=event.id, survivor_id=left.id, by=by, now=moment)
    return event


def keep_listing(listing_id: UUID, *, by: Actor, now: datetime | None = None) -> Event:
    """Keep a mismatched listing in its event, by a moderator's decision.

    Returns the event. Its facts are effective again, and no question is asked while its title, time and place
    stay the same. Raises RightMissing, Listing.DoesNotExist.
    """
    require(by, MERGE)
    moment = now or clock()
    with transaction.atomic():
        listing, family = locked(listing_id, moment)
        require_event_cities(by, [family.events[listing.event_id]])
        listing.joined = {**listing.joined, "kept": recognised(listing.facts)}
        effective_before = listing.accepted
        settle(listing, moment)
        event = family.events[listing.event_id]
        # its withheld and declined values stay so
        listing.accepted = effective_part(
            listing.facts, effective_before, {field_of(name) for name in _proposed(event)} & MEMBERS.keys()
        )
        listing.save(update_fields=["joined", "mismatched_since", "accepted", "changed_at"])
        if listing.missing_since is None:
            event.freshness = Freshness.SEEN.value
        hear(family, event, listing)
        family.save()
        record_action(by, Action.LISTING_KEPT, target=target_of(listing), after={"event": event.id})
    return event


def locked(listing_id: UUID, now: datetime, *, lock: bool = True) -> tuple[Listing, Family]:
    """A listing within the merge tree of its event. Raises Listing.DoesNotExist."""
    event_id = Listing.objects.values_list("event_id", flat=True).get(pk=listing_id)
    family = Family([event_id], now=now, lock=lock)
    return next(listing for listing in family.listings if listing.pk == listing_id), family


def _of_its_own(family: Family, listing: Listing, left: Event, *, by_person: bool) -> Event:
    """The event of the listing alone, within the merge tree."""
    both = family.words(left.id)
    staying = effective_contributions(other for other in family.listed(left.id) if other is not listing)
    settle(listing, family.now)
    public = by_person and left.publication == Publication.APPROVED and not listing.facts.get("flags")
    event = told_alone(listing)
    event.publication = (Publication.APPROVED if public else Publication.PENDING).value
    event.published_at = family.now if public else None
    event.created_at = event.updated_at = family.now
    family.add(event)
    family.counters[event.id] = EventCounters(event=event)
    listing.event_id = listing.first_event_id = event.id
    listing.joined_at, listing.joined = None, {}
    family.forget_words(left, both, staying, but=_proposed(left))
    family.share_images(left.id, event.id, listing.facts.get("images") or [])
    return event


def told_alone(listing: Listing) -> Event:
    """The event that a listing describes by itself, not saved."""
    words = effective_contributions([listing])
    chosen = event_facts.canonical(words)
    return Event(
        id=uuid7(),
        version=0,
        first_seen_at=listing.first_seen_at,
        provenance=dict(chosen.provenance),
        freshness=(Freshness.MISSING if listing.missing_since else Freshness.SEEN).value,
        is_sample=listing.origin.is_sample,
        **event_facts.columns(chosen.facts),
        **linked.known(words).columns(chosen),
    )


def _proposed(event: Event) -> set[str]:
    """The columns for which a source's value was withheld: its listing's values are not for readers."""
    rows = Proposal.objects.filter(event=event, decided_at__isnull=True).values_list("fields", flat=True)
    return {name for fields in rows for name in fields}


def hear(family: Family, event: Event, listing: Listing) -> None:
    """Give the event the listing's values where they are the best."""
    words = family.words(event.id)
    chosen = event_facts.canonical(words)
    own = (str(listing.origin_id), listing.external_id + listing.recurrence_id)
    values = {**event_facts.columns(chosen.facts), **linked.known(words).columns(chosen)}
    won = {name for name, word in chosen.winners.items() if (word.origin, word.identity) == own} | {
        "tags",
        "performers",
        "flags",
    }
    closed = {*locked_columns(event), *_proposed(event)}
    for name in won:
        for column in LOCKS[name]:
            if column in values and column not in closed:
                setattr(event, column, values[column])
        if name in chosen.provenance and name not in event.locked_fields:
            event.provenance = {**event.provenance, name: chosen.provenance[name]}
