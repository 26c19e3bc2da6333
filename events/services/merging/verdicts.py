"""Which merges are refused, and which pairs were marked as different."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.actions import Action, record_action
from accounts.rights import Actor, is_person, require
from events.enums import Publication
from events.exceptions import MergeRefused
from events.models import DuplicateMatch, Event, Listing
from events.services.merging.family import Family
from events.services.publication import require_event_cities
from pipeline.contract.enums import MatchOutcome
from pipeline.contract.fields import LOCKS

#: The right to merge events and to mark them as different.
MERGE = "events.merge_event"
#: States in which events may be merged automatically: not those that a person rejected, hid or removed.
_OPEN_TO_MACHINES = frozenset({Publication.PENDING, Publication.APPROVED, Publication.ARCHIVED})


def refuse_senseless(family: Family, survivor_id: UUID, child_id: UUID) -> None:
    """Raise MergeRefused for a merge that nobody may do."""
    if survivor_id == child_id:
        raise MergeRefused("An event cannot be merged into itself.")
    survivor, child = family.events[survivor_id], family.events[child_id]
    if Publication.MERGED in (survivor.publication, child.publication):
        raise MergeRefused("One of the two is merged already: merge its survivor.")
    if survivor.publication == Publication.REMOVED:
        raise MergeRefused("The survivor was removed.")


def refuse_doubtful(family: Family, survivor_id: UUID, child_id: UUID) -> None:
    """Raise MergeRefused, with the first reason, for a merge that must not be automatic."""
    for reason in doubts(family, survivor_id, child_id):
        raise MergeRefused(reason)


def doubts(family: Family, survivor_id: UUID, child_id: UUID) -> Iterator[str]:
    """Why the two must not be merged automatically, as sentences."""
    survivor, child = family.events[survivor_id], family.events[child_id]
    if any(
        not pair.isdisjoint(family.group(child_id))
        for pair in _apart(family.group(survivor_id), family.group(child_id))
    ):
        yield "The two events are marked as different."
    for event in (survivor, child):
        if event.publication not in _OPEN_TO_MACHINES:
            yield f"A person decided on “{event.title}”: it is {event.publication}."
    yield from contradictions(survivor, child)
    yield from _one_origin_twice(family.listed(survivor_id), family.listed(child_id))


def contradictions(survivor: Event, child: Event) -> Iterator[str]:
    """The fields that people set on both to different values, as sentences."""
    for name in sorted(set(survivor.locked_fields) & set(child.locked_fields)):
        if any(getattr(survivor, column) != getattr(child, column) for column in LOCKS.get(name, (name,))):
            yield f"Users set the field {name} of the two events to different values."


def _one_origin_twice(mine: Iterable[Listing], theirs: Iterable[Listing]) -> Iterator[str]:
    """A reason where one origin lists both: it means two events, unless both have one start."""
    by_origin: dict[UUID, list[Listing]] = defaultdict(list)
    for listing in (one for one in mine if one.missing_since is None):
        by_origin[listing.origin_id].append(listing)
    for listing in (one for one in theirs if one.missing_since is None):
        for other in by_origin[listing.origin_id]:
            one_series = listing.external_id == other.external_id or (
                _series(listing) and _series(listing) == _series(other)
            )
            if one_series and listing.recurrence_id != other.recurrence_id:
                yield f"{listing.origin.name} lists them as two occurrences of one series."
            elif listing.facts.get("start") != other.facts.get("start"):
                yield f"{listing.origin.name} lists both, at different times."


def _series(listing: Listing) -> str:
    return str((listing.facts.get("recurrence") or {}).get("series_id") or "")


def apart(event_ids: Collection[UUID]) -> set[frozenset[UUID]]:
    """The pairs among these events that were declared different (one query)."""
    return _apart(event_ids, event_ids)


def _apart(some: Collection[UUID], others: Collection[UUID]) -> set[frozenset[UUID]]:
    pairs = Q(first__in=some, second__in=others) | Q(first__in=others, second__in=some)
    rows = DuplicateMatch.objects.filter(pairs, outcome=MatchOutcome.DIFFERENT).values_list(
        "first_id", "second_id"
    )
    return {frozenset(pair) for pair in rows}


def remember(
    one: UUID,
    other: UUID,
    outcome: MatchOutcome,
    *,
    by: Actor,
    reasons: str = "",
    similarity: float | None = None,
    **more: Any,
) -> DuplicateMatch:
    """Store the outcome for two events.

    A person's verdict is never overwritten automatically. Without `similarity` the stored one stays.
    """
    first, second = sorted([one, other])
    known = DuplicateMatch.objects.select_for_update().filter(first_id=first, second_id=second).first()
    if known is None:
        known = DuplicateMatch(first_id=first, second_id=second, similarity=0.0)
    elif not is_person(by) and known.by_person and outcome is not MatchOutcome.MERGE:
        return known
    known.outcome, known.by_person, known.reasons = (
        outcome.value,
        is_person(by),
        reasons[:500] or known.reasons,
    )
    known.similarity = known.similarity if similarity is None else similarity
    for name, value in more.items():
        setattr(known, name, value)
    known.save()
    return known


def mark_different(first_id: UUID, second_id: UUID, *, by: Actor, reasons: str = "") -> DuplicateMatch:
    """Store that two events are different, so that they are never matched again.

    Raises RightMissing; MergeRefused where they are merged (un-merge them).
    """
    require(by, MERGE)
    require_event_cities(by, Event.objects.filter(pk__in=(first_id, second_id)).only("city_id"))
    merged = Event.objects.filter(
        Q(pk=first_id, merged_into=second_id) | Q(pk=second_id, merged_into=first_id)
    )
    if merged.exists():
        raise MergeRefused("The two events are merged. Undo the merge to mark them as different.")
    with transaction.atomic():
        record_action(
            by,
            Action.EVENTS_DIFFERENT,
            target=f"events.event:{first_id}",
            after={"different_from": second_id},
            note=reasons if is_person(by) else "",
        )
        return remember(first_id, second_id, MatchOutcome.DIFFERENT, by=by, reasons=reasons)


def verdict_on(first_id: UUID, second_id: UUID) -> dict[str, Any] | None:
    """What is stored about two events, as JSON for `take_back_different`; None where nothing is."""
    first, second = sorted([first_id, second_id])
    names = ("outcome", "by_person", "reasons", "similarity")
    return DuplicateMatch.objects.filter(first_id=first, second_id=second).values(*names).first()


def take_back_different(
    first_id: UUID, second_id: UUID, *, by: Actor, before: Mapping[str, Any] | None
) -> None:
    """Take back that two events are different: what `verdict_on` gave before it is stored again.

    Raises RightMissing; MergeRefused where they are not marked as different any more; Event.DoesNotExist.
    """
    require(by, MERGE)
    both = Event.objects.filter(pk__in=(first_id, second_id)).only("city_id")
    require_event_cities(by, both)
    if len(both) < 2:
        raise Event.DoesNotExist("One of the two events is gone.")
    first, second = sorted([first_id, second_id])
    with transaction.atomic():
        rows = DuplicateMatch.objects.filter(
            first_id=first, second_id=second, outcome=MatchOutcome.DIFFERENT, undone_at__isnull=True
        )
        if not (rows.update(**before) if before else rows.delete()[0]):
            raise MergeRefused("The two events are not marked as different any more.")
        target = f"events.event:{first_id}"
        record_action(by, Action.EVENTS_DIFFERENT, target=target, before={"different_from": second_id})
