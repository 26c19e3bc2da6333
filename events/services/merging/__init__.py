"""Merges two events, reversibly.

The survivor gets the child's listings; `unmerge` restores ids and addresses.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.actions import Action, record_action
from accounts.rights import Actor, is_person, require
from events import signals
from events.enums import Publication
from events.exceptions import MergeRefused
from events.models import Event
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
)
from events.services.publication import PUBLISH, require_event_cities
from pipeline.contract.enums import MatchOutcome

#: States in which a person has hidden an event from readers.
TAKEN_AWAY: Final = frozenset({Publication.REJECTED, Publication.REMOVED, Publication.FLAGGED})

__all__ = [
    "Preview",
    "apart",
    "contradictions",
    "keep_listing",
    "mark_different",
    "merge",
    "preview_listing",
    "preview_merge",
    "take_out",
    "unmerge",
]


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
    """Merge `child` into `survivor`, and return the survivor.

    In one transaction:

    1. both and all that was merged into them are locked in id order. A merge into itself or of a merged event
       is refused, and for an automatic merge also one that a person or the listings contradict
       (`verdicts.doubts`);
    2. the child's listings move to the survivor. What was merged into the child before points to the survivor
       as well, so that chains never grow;
    3. for each field the survivor takes the child's published value if the child's sources have the better
       one, or if a person set it and nobody set the survivor's. Tags, performers and pictures are joined,
       counters added;
    4. the child becomes `merged`, and its address answers 301 to the survivor;
    5. a DuplicateMatch stores what `unmerge` needs, Changes announce both events, `events.signals.merged`
       notifies the higher apps.

    Raises RightMissing, MergeRefused, ForbiddenMove, Event.DoesNotExist.
    """
    require(by, MERGE)
    moment = now or clock()
    with transaction.atomic():
        family = Family([survivor_id, child_id], now=moment)
        require_event_cities(by, family.events.values())
        refuse_senseless(family, survivor_id, child_id)
        if not is_person(by):
            refuse_doubtful(family, survivor_id, child_id)
        note = family.join(survivor_id, child_id)
        family.save()
        evidence = {"match_fields": match_fields} if match_fields else {}
        remember(
            survivor_id, child_id, MatchOutcome.MERGE, by=by, reasons=reasons, similarity=similarity, survivor_id=survivor_id, undo=note,
            undone_at=None, **evidence,
        )  # fmt: skip
        record_action(
            by,
            Action.EVENTS_MERGED,
            target=f"events.event:{child_id}",
            after={"merged_into": survivor_id},
            note=reasons if is_person(by) else "",
        )
        signals.merged.send(sender=Event, child_id=child_id, survivor_id=survivor_id, by=by, now=moment)
    return family.events[survivor_id]


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
