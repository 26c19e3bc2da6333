"""A reader says that a photo should not be there."""

from typing import Final
from uuid import UUID

from galleries.enums import Objection, PhotoState
from galleries.models import Photo
from galleries.services.asking import filing_of
from moderation.services import file_reviews

_SAID: Final = {
    Objection.PERSON: "somebody in it does not want it shown",
    Objection.RIGHTS: "it is somebody else's",
    Objection.OFFENSIVE: "it is offensive",
    Objection.OTHER: "another reason",
}
#: Who is shown against their will is seen first.
_PRIORITIES: Final = {Objection.PERSON: 30, Objection.RIGHTS: 30}
_PRIORITY: Final = 20


def report(photo_id: UUID, objection: Objection) -> None:
    """Ask a moderator to look again at a photo that readers see; it stays until somebody decides. Who reports is not kept.

    Raises Photo.DoesNotExist.
    """
    row = Photo.objects.select_related("event", "place").get(pk=photo_id, state=PhotoState.SHOWN)
    reasons = (f"a reader reports: {_SAID[objection]}",)
    file_reviews([filing_of(row, reasons=reasons, priority=_PRIORITIES.get(objection, _PRIORITY))])
