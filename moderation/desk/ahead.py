"""Items that a browser fetches ahead, while the one before is read: whether their evidence still holds when they are shown."""

from datetime import datetime, timedelta
from typing import Final

from accounts.rights import Actor
from events.models import Event
from moderation.desk.panels import PANELS
from moderation.enums import ReviewKind, ReviewState
from moderation.models import Review
from moderation.services.claiming import holder

#: Evidence that was fetched longer ago is fetched anew: a source may have said more since.
HOLDS: Final = timedelta(minutes=1)
#: The panel whose evidence is fetched ahead.
_PANEL: Final = "event"


def mark_of(review: Review, *, by: Actor, now: datetime) -> str:
    """What the evidence of a review, read from now on, is of: the review and its version, its event's, and the time.

    '' where it is not to be fetched ahead: of other kinds, of one that is not open or that somebody else holds.
    """
    if PANELS[ReviewKind(review.kind)][0] != _PANEL or review.state != ReviewState.OPEN:
        return ""
    if holder(review, by=by, now=now):
        return ""
    version = Event.objects.filter(pk=review.object_id).values_list("version", flat=True).first()
    return f"{review.pk} {review.version} {version} {now.timestamp():.0f}"


def still_holds(marks: str, review: Review, *, by: Actor, now: datetime) -> bool:
    """Whether one of these marks, with commas between, is of the review's evidence as it is now (one query at most)."""
    mark = next((one for one in marks.split(", ") if one.startswith(f"{review.pk} ")), "")
    of, _, at = mark.rpartition(" ")
    if not at.isdecimal():
        return False
    is_fresh = 0 <= now.timestamp() - int(at) + 1 <= HOLDS.total_seconds()
    return is_fresh and mark_of(review, by=by, now=now).rpartition(" ")[0] == of
