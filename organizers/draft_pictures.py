"""The picture of a draft: read and cut as pictures of events are, kept with the draft, and given to the events that come of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from accounts.exceptions import InputRefused
from accounts.models import User
from accounts.rights import RightMissing
from events.exceptions import EventError
from events.models import Event
from events.services import add_picture
from events.services.own_pictures import checked_alt, read_own
from organizers.models import WrittenEvent

if TYPE_CHECKING:
    from events.pictures import Picture

log = structlog.get_logger(__name__)


def cut(content: bytes, *, alt: str, focus: int) -> tuple[bytes, str]:
    """The picture as it will be shown, in its largest size, and what it shows. Raises BadValue.

    The bytes that were sent are not kept, nor what they tell of the camera and the place.
    """
    alt = checked_alt(alt)
    return _largest(read_own(content, focus=focus)), alt


def give_picture(draft: WrittenEvent, events: Iterable[Event], *, by: User, now: datetime) -> int:
    """Add the draft's picture to the events that came of it. Returns to how many; twice it is one picture."""
    if not draft.picture:
        return 0
    content, count = bytes(draft.picture), 0
    made = read_own(content)
    for event in events:
        try:
            add_picture(event.pk, content, alt=draft.picture_alt, by=by, made=made, now=now)
            count += 1
        except (EventError, RightMissing, InputRefused) as refused:
            # a moderator chose a picture, or it was joined to an event that is not theirs
            log.info("draft_picture_not_taken", event_id=str(event.pk), reason=type(refused).__name__)
    return count


def _largest(made: "Picture") -> bytes:
    files = [one for one in made.renditions if one.format == "webp"]
    return max(files, key=lambda one: one.width).content
