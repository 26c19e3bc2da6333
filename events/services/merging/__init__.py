"""Merges two events, reversibly: the survivor gets the child's listings, and `unmerge` restores ids and
addresses."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

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
from events.services.publication import PUBLISH
from pipeline.contract.enums import MatchOutcome

#: Where a person put an event that readers shall not see.
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
    """Make `child` part of `survivor`, and return the survivor. In one transaction:

    1. both and all that was merged into them are locked in id order; a merge into itself or of a merged event
       is refused, and to a machine one that a person or the listings contradict (`verdicts.doubts`);
    2. the child's listings feed the survivor; what was merged into the child before points to the survivor as
       well, so that chains never grow;
    3. of each field the survivor takes the child's published value where the child's sources say it better,
       or a person set it and nobody set the survivor's; tags, performers and pictures are joined, counters
       added;
    4. the child becomes `merged`, its address answers 301 to the survivor;
    5. a DuplicateMatch keeps what `unmerge` needs, Changes tell the readers of both, `events.signals.merged`
       tells the apps above.

    Raises RightMissing, MergeRefused, ForbiddenMove, Event.DoesNotExist.
    """
    require(by, MERGE)
    moment = now or clock()
    with transaction.atomic():
        family = Family([survivor_id, child_id], now=moment)
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
        signals.merged.send(sender=Event, child_id=child_id, survivor_id=survivor_id, by=by, now=moment)
    return family.events[survivor_id]


def unmerge(child_id: UUID, *, by: Actor, now: datetime | None = None) -> Event:
    """Undo the merge of `child`, in any order of a chain: its listings, counters, pictures and publication
    come back, what it gave the survivor goes, and the two are remembered as different, so that no machine
    joins them again.

    Raises RightMissing; MergeRefused where the event is not merged or nothing was kept to undo;
    Event.DoesNotExist.
    """
    require(by, MERGE)
    moment = now or clock()
    with transaction.atomic():
        family = Family([child_id], now=moment)
        child = family.events[child_id]
        seen_as, match = child.merged_into_id, family.matches.get(child_id)
        if child.publication != Publication.MERGED or seen_as is None:
            raise MergeRefused("The event is not merged.")
        family.part(child_id)
        assert match is not None  # `part` raises where there is none
        if child.publication == Publication.APPROVED and family.events[seen_as].publication in TAKEN_AWAY:
            require(by, PUBLISH)  # what a person took away comes before readers again
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
        signals.parted.send(sender=Event, event_id=child_id, survivor_id=seen_as, by=by, now=moment)
    return child
