"""Compares a batch of entries with the stored events: one plan for each event."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from events import facts as event_facts
from events import ongoing
from events.effective_facts import effective
from events.enums import Happening, Publication
from events.models import Event, EventImage, Listing, Origin
from events.records import Entry
from events.services import announcing, linked
from events.services.effective_facts import methods_of
from events.services.mismatched import Fits, find_mismatches
from events.services.plans import Plan, ReportedEntry, contribution_of, listing_key, recognised
from events.services.publication import lock
from outbox import rows as table
from pipeline.contract.enums import PlaceVerdict
from pipeline.contract.fields import UNKNOWN
from pipeline.geography.likeness import Venue, compare, look
from pipeline.text.folding import fold

#: The columns with the times of an ongoing event.
_RUN = ("opening_hours", "start_at", "start_date", "end_date", "timezone")


def plans_of(entries: Sequence[Entry], origin: Origin, now: datetime, fits: Fits | None) -> list[Plan]:
    """One plan for each event of `entries`, in the order of first appearance.

    Locks the events in id order.
    """
    grouped: dict[UUID, list[Entry]] = defaultdict(list)
    for entry in entries:
        grouped[entry.event_id].append(entry)
    known = {event.id: event for event in lock(grouped)}
    others, all_reported = _listed(known, entries, origin, now)
    all_reported |= find_mismatches(grouped, others, all_reported, fits, now)
    links = linked.resolve(entries, origin, (word for words in others.values() for word in words))
    images = _image_urls(known)
    slugs = announcing.slugs_for(known.values())
    plans = []
    for event_id, group in grouped.items():
        reported = {listing_key(entry): all_reported[listing_key(entry)] for entry in group}
        contributions = effective(
            [
                *others.get(event_id, ()),
                *(_tell(entry, origin, reported[listing_key(entry)]) for entry in group),
            ]
        )
        event, chosen = known.get(event_id), event_facts.canonical(contributions)
        values = {**event_facts.columns(chosen.facts), **links.columns(chosen)}
        changes = {} if event is None else _changes(event, values, chosen, images, reported.values())
        plan = Plan(
            event=event or _new_event(event_id, now),
            is_new=event is None,
            entries=group,
            reported=reported,
            facts=chosen.facts,
            provenance=chosen.provenance,
            values=values,
            changes=changes,
            methods=methods_of(contributions, chosen, changes, values) if len(contributions) > 1 else {},
            before=announcing.seen(event, slugs) if event else announcing.NEVER_SEEN,
            before_publication=event.publication if event else "",
            images=list(chosen.facts.get("images") or []),
        )
        plans.append(plan)
    return plans


def _new_event(event_id: UUID, now: datetime) -> Event:
    return table.made(
        Event,
        id=event_id,
        publication=Publication.PENDING,
        first_seen_at=now,
        created_at=now,
        updated_at=now,
        version=1,
    )


def _tell(entry: Entry, origin: Origin, reported: ReportedEntry) -> event_facts.Contribution:
    if reported.mismatched_since is not None and reported.effective_before is not None:
        return replace(reported.effective_before, trust=origin.trust, missing=False, mismatched=True)
    return event_facts.Contribution(
        origin=str(origin.key),
        trust=origin.trust,
        changed_at=reported.changed_at,
        facts=reported.facts,
        identity=entry.external_id + entry.recurrence_id,
        since=reported.since,
    )


def _listed(
    known: Mapping[UUID, Event], entries: Sequence[Entry], origin: Origin, now: datetime
) -> tuple[dict[UUID, list[event_facts.Contribution]], dict[tuple[str, str], ReportedEntry]]:
    """The other listings of the known events, and the stored state of this batch's listings.

    Facts that are repeated unchanged keep their age: repetition does not make them newer than others.
    """
    spoken = {listing_key(entry): entry for entry in entries}
    reported = {
        name: ReportedEntry(facts=event_facts.facts_of(entry), changed_at=now)
        for name, entry in spoken.items()
    }
    found: dict[UUID, list[event_facts.Contribution]] = defaultdict(list)
    if not known:
        return found, reported
    for listing in Listing.objects.filter(event__in=list(known)).select_related("origin"):
        is_ours = listing.origin_id == origin.key
        entry = spoken.get((listing.external_id, listing.recurrence_id)) if is_ours else None
        if entry is None:
            found[listing.event_id].append(contribution_of(listing))
        else:
            reported[listing_key(entry)] = _reported_again(
                listing, entry, reported[listing_key(entry)].facts, now
            )
    return found, reported


def _reported_again(listing: Listing, entry: Entry, facts: event_facts.Facts, now: datetime) -> ReportedEntry:
    """An entry whose listing is stored: what changed, and what was effective until now."""
    # a field that the stored facts lack, and whose value is unknown, is no change
    is_same = facts == {**UNKNOWN, **listing.facts} or listing.mismatched_since is not None
    changed_at = listing.changed_at if is_same else now
    joined = listing.joined_at is not None or listing.first_event_id != listing.event_id
    return ReportedEntry(
        facts=facts,
        changed_at=changed_at,
        since=changed_at > listing.first_seen_at,
        listing_id=listing.pk,
        mismatched_since=listing.mismatched_since,
        joined=joined and listing.event_id == entry.event_id,
        moved=recognised(facts) != recognised(listing.facts) or listing.mismatched_since is not None,
        kept=listing.joined.get("kept"),
        effective_before=contribution_of(listing),
    )


def _image_urls(known: Mapping[UUID, Event]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    if known:
        for event_id, url in EventImage.objects.filter(event__in=list(known)).values_list(
            "event_id", "source_url"
        ):
            found[event_id].add(url)
    return found


def _changes(
    event: Event,
    values: dict[str, Any],
    chosen: event_facts.Canonical,
    images: Mapping[UUID, set[str]],
    reported: Iterable[ReportedEntry],
) -> dict[str, tuple[Any, Any]]:
    """`{column: (before, after)}` of a known event, and "images"; `values` is mended where an earlier one stays."""
    said = list(reported)
    moved = _says_otherwise(event, chosen.winners["start"], said, "start")
    ongoing.keep_begun({name: getattr(event, name) for name in _RUN}, values)
    _keep_rescheduled(event, values, moved=moved)
    values["former_venue"] = _former_venue(
        event, values, moved=_says_otherwise(event, chosen.winners["venue"], said, "venue")
    )
    changes = event_facts.differing(event, values)
    wanted = {image["url"] for image in chosen.facts.get("images") or []}
    if wanted != images.get(event.id, set()):
        changes["images"] = (sorted(images.get(event.id, set())), sorted(wanted))
    return changes


def _says_otherwise(
    event: Event, winner: event_facts.Contribution, reported: Iterable[ReportedEntry], name: str
) -> bool:
    """Whether the listing that now gives the fact `name`, start or venue, gave another one before.

    A fact from a listing that did not give it before is better information, not a move.
    """
    given_by = event.provenance.get(name, {}).get("origin", winner.origin)
    return given_by == winner.origin or any(
        known.effective_before.facts.get(name) != winner.facts.get(name)
        for known in reported
        if known.effective_before is not None
        and (known.effective_before.origin, known.effective_before.identity)
        == (winner.origin, winner.identity)
    )


def _keep_rescheduled(event: Event, values: dict[str, Any], *, moved: bool) -> None:
    """Mark an event whose start moved as rescheduled, with the former start.

    A source that still sends "scheduled" does not undo that.
    """
    if values["happening"] != Happening.SCHEDULED:
        return
    if event.opening_hours and values["opening_hours"]:
        return  # it is ongoing: its source lists the remaining days
    if (
        moved
        and values["start_at"] != event.start_at
        and event.publication == Publication.APPROVED
        and event.time_known
        and values["time_known"]
    ):
        values["happening"], values["previous_start_at"] = Happening.RESCHEDULED.value, event.start_at
    elif event.happening == Happening.RESCHEDULED:
        values["happening"], values["previous_start_at"] = event.happening, event.previous_start_at


def _former_venue(event: Event, values: Mapping[str, Any], *, moved: bool) -> str:
    """What the place of a published event was called before its source named another; '' where it was not moved.

    The same venue in other words, or a hall of it, is no move. A move back ends it.
    """
    name, before = values["venue_name"], event.venue_name
    if not moved or event.publication != Publication.APPROVED or not name or not before:
        return event.former_venue
    place = values["place_id"]
    if (place is not None and place == event.place_id) or not _are_apart(name, before):
        return event.former_venue
    return before if not event.former_venue or _are_apart(name, event.former_venue) else ""


def _are_apart(one: str, other: str) -> bool:
    """Whether two names of venues name different ones."""
    if fold(one) in fold(other) or fold(other) in fold(one):
        return False
    return compare(look(Venue(name=one)), look(Venue(name=other))).outcome is PlaceVerdict.DIFFERENT
