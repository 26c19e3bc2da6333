"""Writes a judged batch, with as many queries for one event as for two hundred."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from uuid_utils.compat import uuid7

from events.effective_facts import effective_part
from events.enums import Publication
from events.models import DuplicateMatch, Event, EventCounters, EventImage, Listing, Origin, Proposal
from events.records import Likeness
from events.services import search_text
from events.services.effective_facts import withheld_groups
from events.services.plans import Plan, plain
from events.services.primary_picture import chosen_picture
from events.services.search_text import Names
from outbox import rows as table
from outbox import services as outbox
from outbox.records import NewChange
from pipeline.contract.fields import BACKGROUND
from pipeline.text.shortening import shortened


def write(
    plans: Sequence[Plan],
    names: Names,
    changes: Iterable[NewChange],
    *,
    origin: Origin,
    now: datetime,
    beside: Callable[[], object] | None = None,
) -> None:
    """Write new and changed events with all related rows, one query for each kind.

    Listings, images, counters, matches, proposals, search text, and `changes`. What follows from the events alone is made while
    PostgreSQL stores the rows before it. `names` are those of the new and changed events; `beside` as
    in `record_events`.
    """
    new = [plan.event for plan in plans if plan.is_new]
    changed = [plan for plan in plans if not plan.is_new and plan.changes]
    for event in new:
        event.is_sample = origin.is_sample
    with table.one_after_another():
        table.insert(new)
        documents = search_text.documents_of(
            (plan.event for plan in plans if plan.is_new or set(plan.changes) - BACKGROUND), names
        )
        # by its id: an object would be kept by its event, and both by the cycle
        table.insert([EventCounters(event_id=event.id) for event in new])
        _update([plan.event for plan in changed])
        _write_listings(plans, origin, now)
        search_text.store(documents)
        outbox.record(changes)
        if beside is not None:
            beside()
    _write_images([plan for plan in plans if plan.is_new or "images" in plan.changes])
    _write_matches(plans, now)
    _write_proposals(plans, origin, now)


def _update(events: Sequence[Event]) -> None:
    """One INSERT … ON CONFLICT UPDATE: bulk_update's CASE for each column and row takes seconds for a batch."""
    columns = [field.name for field in Event._meta.concrete_fields if not field.primary_key]
    table.insert(events, unique=["id"], update=columns)


def _write_listings(plans: Sequence[Plan], origin: Origin, now: datetime) -> None:
    """Store each entry's facts beside its event.

    A known listing keeps its id, first event, first sight, and the reason why it was joined.
    """
    rows = []
    for plan in plans:
        withheld = withheld_groups(plan, origin)
        for entry in plan.entries:
            reported = plan.reported[(entry.external_id, entry.recurrence_id)]
            effective_before = (
                reported.effective_before.facts if reported.effective_before is not None else None
            )
            rows.append(
                table.made(
                    Listing,
                    event_id=plan.event.id,
                    first_event_id=plan.event.id,
                    origin_id=origin.key,
                    external_id=entry.external_id,
                    recurrence_id=entry.recurrence_id,
                    url=entry.event.url,
                    facts=reported.facts,
                    first_seen_at=now,
                    changed_at=reported.changed_at,
                    mismatched_since=reported.mismatched_since,
                    accepted=effective_before
                    if reported.mismatched_since is not None
                    else effective_part(reported.facts, effective_before, withheld),
                    joined_at=now if entry.merged else None,
                    joined=_evidence(entry.merged) if entry.merged else {},
                )
            )
    updated = ["event", "url", "facts", "changed_at", "missing_since", "mismatched_since", "accepted"]
    table.insert(rows, unique=["origin", "external_id", "recurrence_id"], update=updated)


def _evidence(likeness: Likeness) -> dict[str, Any]:
    """The reason why a listing was joined, for later inspection."""
    return {
        "similarity": likeness.similarity,
        "reasons": likeness.reasons[:500],
        "fields": dict(likeness.match_fields),
    }


def _write_images(plans: Sequence[Plan]) -> None:
    if not plans:
        return
    wanted = {(plan.event.id, image["url"]) for plan in plans for image in plan.images}
    known = {
        (image.event_id, image.source_url): image
        for image in EventImage.objects.filter(event__in=[plan.event for plan in plans if not plan.is_new])
    }
    # a picture that a person chose or uploaded stays, whatever its source says
    wanted |= {(plan.event.id, chosen_picture(plan.event)) for plan in plans}
    wanted |= {key for key, image in known.items() if image.is_own}
    stale = [image.pk for key, image in known.items() if key not in wanted]
    if stale:
        EventImage.objects.filter(pk__in=stale).delete()
    has_primary = {
        event_id for (event_id, url), image in known.items() if image.is_primary and (event_id, url) in wanted
    }
    rows = [
        EventImage(
            event=plan.event,
            source_url=image["url"],
            alt=(image.get("alt") or "")[:300],
            credit=(image.get("credit") or "")[:200],
            is_primary=bool(image.get("is_primary")) and plan.event.id not in has_primary,
            position=position,
        )
        for plan in plans
        for position, image in enumerate(plan.images)
        if (plan.event.id, image["url"]) not in known
    ]
    table.insert(rows)


def _write_matches(plans: Sequence[Plan], now: datetime) -> None:
    """Store automatic matches and open questions; a person's verdict is never overwritten."""
    rows: dict[tuple[UUID, UUID], DuplicateMatch] = {}
    for plan in plans:
        for entry in plan.entries:
            for likeness in entry.similar:
                match = _match(plan.event.id, likeness, now)
                if match is not None:
                    rows.setdefault((match.first_id, match.second_id), match)
    table.insert(list(rows.values()), but_not_known=True)


def _match(event_id: UUID, likeness: Likeness, now: datetime) -> DuplicateMatch | None:
    first, second = sorted([event_id, likeness.event_id])
    if first == second:
        return None
    return DuplicateMatch(
        id=uuid7(),
        first_id=first,
        second_id=second,
        similarity=min(1.0, max(0.0, likeness.similarity)),
        match_fields=dict(likeness.match_fields),
        reasons=likeness.reasons[:500],
        outcome="ask",
        created_at=now,
    )


def _write_proposals(plans: Sequence[Plan], origin: Origin, now: datetime) -> None:
    """Store one open proposal for each event and origin; a new one replaces the former.

    Declined values are not proposed again.
    """
    known = [plan.event.id for plan in plans if not plan.is_new]
    declined: dict[UUID, list[Proposal]] = defaultdict(list)
    replaced: list[UUID] = []
    others: set[UUID] = set()
    if known:
        for proposal in Proposal.objects.filter(
            Q(decided_at__isnull=True) | Q(accepted=False, origin=origin), event__in=known
        ):
            if proposal.decided_at is not None:
                declined[proposal.event_id].append(proposal)
            elif proposal.origin_id == origin.key:
                replaced.append(proposal.pk)
            else:
                others.add(proposal.event_id)
    for plan in plans:
        plan.asked = plan.event.id in others
        if plan.before_publication == Publication.APPROVED:
            plan.proposal = _proposal(plan, origin, declined[plan.event.id], now)
    if replaced:
        Proposal.objects.filter(pk__in=replaced).delete()
    Proposal.objects.bulk_create([plan.proposal for plan in plans if plan.proposal is not None])


def _proposal(plan: Plan, origin: Origin, declined: Sequence[Proposal], now: datetime) -> Proposal | None:
    """The withheld values, without those that a person declined already in the same column."""
    fields = {name: {"from": plain(old), "to": plain(new)} for name, (old, new) in plan.withheld.items()}
    refused = [(name, change["to"]) for proposal in declined for name, change in proposal.fields.items()]
    asked = {name: change for name, change in fields.items() if (name, change["to"]) not in refused}
    if not asked:
        return None
    reasons = [shortened(reason, 200) for reason in plan.judgement.reasons] or ["a person set this field"]
    return Proposal(event=plan.event, origin=origin, fields=asked, reasons=reasons, created_at=now)
