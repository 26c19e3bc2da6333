"""Merges two events, reversibly.

The survivor gets the child's listings; `unmerge` restores ids and addresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.actions import Action, Word, record_action, reference_of
from accounts.rights import Actor, is_person, require
from events import signals
from events.enums import Publication
from events.exceptions import ChangedMeanwhile, MergeRefused
from events.models import DuplicateMatch, Event
from events.services.merging.chosen import values_of
from events.services.merging.family import Family
from events.services.merging.listings import keep_listing, take_out
from events.services.merging.previewing import Preview, preview_listing, preview_merge
from events.services.merging.verdicts import (
    MERGE,
    apart,
    contradictions,
    mark_different,
    refuse_doubtful,
    refuse_senseless,
    remember,
    take_back_different,
    verdict_on,
)
from events.services.publication import CHANGE, PUBLISH, require_event_cities
from pipeline.contract.enums import MatchOutcome

#: States in which a person has hidden an event from readers.
TAKEN_AWAY: Final = frozenset({Publication.REJECTED, Publication.REMOVED, Publication.FLAGGED})

__all__ = [
    "Preview",
    "Why",
    "apart",
    "contradictions",
    "keep_listing",
    "mark_different",
    "merge",
    "merge_several",
    "preview_listing",
    "preview_merge",
    "take_back_different",
    "take_out",
    "unmerge",
    "verdict_on",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Why an event is the same as another: reasons as text, similarity 0 to 1, the scores of the fields."""

    reasons: str = ""
    similarity: float = 1.0
    match_fields: dict[str, Any] | None = None


def merge(
    survivor_id: UUID,
    child_id: UUID,
    *,
    by: Actor,
    reasons: str = "",
    similarity: float = 1.0,
    match_fields: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> Event:
    """Merge `child` into `survivor`, and return the survivor; see `merge_several`."""
    why = Why(reasons=reasons, similarity=similarity, match_fields=match_fields)
    return merge_several(survivor_id, {child_id: why}, by=by, now=now)


def merge_several(
    survivor_id: UUID,
    children: Mapping[UUID, Why],
    *,
    by: Actor,
    chosen: Mapping[str, UUID] | None = None,
    seen: Mapping[UUID, int] | None = None,
    now: datetime | None = None,
) -> Event:
    """Merge all `children` into `survivor` in their order, and return the survivor.

    In one transaction:

    1. all and what was merged into them are locked in id order. A merge into itself or of a merged event
       is refused, and for an automatic merge also one that a person or the listings contradict
       (`verdicts.doubts`). An event that is not the version of `seen` any more raises ChangedMeanwhile;
    2. the child's listings move to the survivor. What was merged into the child before points to the survivor
       as well, so that chains never grow;
    3. for each field the survivor takes the child's published value if the child's sources have the better
       one, or if a person set it and nobody set the survivor's. Tags, performers and pictures are joined,
       counters added. The fields of `chosen`, {field: id of the event that has the value}, show that value
       instead and are locked, until the last of these merges is undone;
    4. the child becomes `merged`, and its address answers 301 to the survivor;
    5. a DuplicateMatch stores what `unmerge` needs, Changes announce the events, `events.signals.merged`
       notifies the higher apps.

    Raises RightMissing, MergeRefused, BadValue, ChangedMeanwhile, ForbiddenMove, Event.DoesNotExist.
    """
    require(by, MERGE, *([CHANGE] if chosen else []))
    moment = now or clock()
    with transaction.atomic():
        family = Family([survivor_id, *children], now=moment)
        require_event_cities(by, family.events.values())
        _refuse_changed(family, seen or {})
        among = {pk: family.events[pk] for pk in (survivor_id, *children)}
        values = values_of(among, chosen or {})
        for child_id, why in children.items():
            refuse_senseless(family, survivor_id, child_id)
            if not is_person(by):
                refuse_doubtful(family, survivor_id, child_id)
            is_last = child_id == list(children)[-1]
            given = values if is_last else None
            note = family.join(survivor_id, child_id, chosen=given, by=reference_of(by))
            family.matches[child_id] = _remember_merge(survivor_id, child_id, why, note, by=by)
        family.save()
        for child_id, why in children.items():
            after = {"merged_into": survivor_id} | ({"chosen": list(map(Word, values))} if values else {})
            target, reasons = f"events.event:{child_id}", why.reasons if is_person(by) else ""
            record_action(by, Action.EVENTS_MERGED, target=target, after=after, note=reasons)
            signals.merged.send(sender=Event, child_id=child_id, survivor_id=survivor_id, by=by, now=moment)
    return family.events[survivor_id]


def _remember_merge(
    survivor_id: UUID, child_id: UUID, why: Why, note: dict[str, Any], *, by: Actor
) -> DuplicateMatch:
    evidence = {"match_fields": why.match_fields} if why.match_fields else {}
    return remember(
        survivor_id, child_id, MatchOutcome.MERGE, by=by, reasons=why.reasons, similarity=why.similarity,
        survivor_id=survivor_id, undo=note, undone_at=None, **evidence,
    )  # fmt: skip


def _refuse_changed(family: Family, seen: Mapping[UUID, int]) -> None:
    for event_id, version in seen.items():
        event = family.events.get(event_id)
        if event is not None and event.version != version:
            raise ChangedMeanwhile(f"“{event.title}” has changed since you looked at it. Look again.")


def unmerge(child_id: UUID, *, by: Actor, now: datetime | None = None) -> Event:
    """Undo the merge of `child`, in any order of a chain.

    Its listings, counters, pictures and publication are restored, the survivor loses what it took, and the
    two are stored as different, so that they are never merged automatically again. Raises RightMissing;
    MergeRefused where the event is not merged or nothing was stored; Event.DoesNotExist.
    """
    require(by, MERGE)
    moment = now or clock()
    with transaction.atomic():
        family = Family([child_id], now=moment)
        require_event_cities(by, family.events.values())
        child = family.events[child_id]
        seen_as, match = child.merged_into_id, family.matches.get(child_id)
        if child.publication != Publication.MERGED or seen_as is None:
            raise MergeRefused("The event is not merged.")
        family.part(child_id)
        assert match is not None  # `part` raises without one
        if child.publication == Publication.APPROVED and family.events[seen_as].publication in TAKEN_AWAY:
            require(by, PUBLISH)  # an event that a person has hidden becomes visible again
        direct = match.survivor_id
        match.outcome, match.by_person, match.undone_at, match.undo = (
            MatchOutcome.DIFFERENT.value,
            is_person(by),
            moment,
            {},
        )
        family.save(matches=[match])
        if direct != seen_as:
            remember(seen_as, child_id, MatchOutcome.DIFFERENT, by=by, reasons="taken out of it")
        record_action(
            by, Action.EVENTS_PARTED, target=f"events.event:{child_id}", before={"merged_into": seen_as}
        )
        signals.parted.send(sender=Event, event_id=child_id, survivor_id=seen_as, by=by, now=moment)
    return child
