"""The effect of a verdict on two venues. The review's object is their PlaceMatch."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.rights import Actor, require
from moderation.enums import Verdict
from moderation.exceptions import ModerationError
from moderation.services.pairing import Pairing
from pipeline.contract.enums import PlaceVerdict
from places.exceptions import PlaceError
from places.models import Place, PlaceMatch
from places.services import mark_places_different, merge_places, survivor_of, unmerge_places
from places.services.merging import MERGE


def merge(match_id: UUID, pairing: Pairing, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Merge the two venues. `pairing.survivor` stays, by default the better known one.

    Returns what the Decision stores. Raises ModerationError.
    """
    survivor = pairing.survivor
    match = _match(match_id)
    kept, child = survivor_of(match.first, match.second)
    if survivor is not None and survivor not in (kept.id, child.id):
        raise ModerationError("That is neither of the two venues.")
    if survivor == child.id:
        kept, child = child, kept
    try:
        merge_places(
            kept.id,
            child.id,
            by=by,
            reasons=match.reasons or "a moderator said so",
            similarity=match.similarity,
            chosen=pairing.values,
            now=now,
        )
    except PlaceError as error:
        raise ModerationError(error.detail) from error
    return {"other": str(kept.id)} | (
        {"values": {name: str(pk) for name, pk in pairing.values.items()}} if pairing.values else {}
    )


def separate(match_id: UUID, *, by: Actor) -> None:
    """Keep the two venues apart: they are never matched again. Raises ModerationError."""
    match = _match(match_id)
    mark_places_different(match.first_id, match.second_id, by=by, reasons="a moderator said so")


def revert(match_id: UUID, verdict: Verdict, *, by: Actor, now: datetime) -> None:
    """Undo a verdict: the merge is undone, and the question is open again.

    Raises RightMissing, ModerationError.
    """
    require(by, MERGE)
    match = _match(match_id)
    if verdict is Verdict.MERGE:
        child = match.second_id if match.survivor_id == match.first_id else match.first_id
        try:
            unmerge_places(child, by=by, now=now)
        except (PlaceError, Place.DoesNotExist) as error:
            raise ModerationError(getattr(error, "detail", "One of the two no longer exists.")) from error
    PlaceMatch.objects.filter(pk=match_id).update(outcome=PlaceVerdict.ASK.value, by_person=False)


def _match(match_id: UUID) -> PlaceMatch:
    found = PlaceMatch.objects.select_related("first", "second").filter(pk=match_id).first()
    if found is None:
        raise ModerationError("One of the two venues no longer exists.")
    return found
