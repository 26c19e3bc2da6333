"""What the views of galleries share."""

from typing import Any, Final
from uuid import UUID

from django.http import Http404
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound

from events.models import Event
from events.public import absolute
from events.things import ThingKind, row_of
from flags.models import Flag
from flags.services import is_on
from galleries.enums import PhotoState
from galleries.models import Photo
from galleries.shown import shot
from places.models import Place

ID: Final = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"
AT: Final = "2026-11-23T09:00:00Z"
STATES: Final = [one.value for one in PhotoState]
FILE: Final = {
    "url": "https://nocturne.example/media/photos/3f/3f0c2b7a9d1e4c58a6b7c8d9e0f1a2b3-720.webp", "width": 720, "height": 540, "format": "webp",
}  # fmt: skip
OWN: Final[dict[str, Any]] = {
    "id": ID, "state": "waiting", "event": ID, "place": None, "alt": "Three musicians on a dark stage", "credit": "", "consent": "2026-11",
    "width": 1600, "height": 1200, "files": [], "created_at": AT,
}  # fmt: skip


class PhotoFile(s.Serializer[Any]):
    url = s.URLField()
    width = s.IntegerField(help_text="In pixels.")
    height = s.IntegerField(help_text="In pixels.")
    format = s.CharField(help_text="What follows `image/` in its media type: avif or webp.")


class OwnPhotoFacts(s.Serializer[Any]):
    id = s.UUIDField()
    state = s.ChoiceField(
        STATES,
        help_text="`waiting` for a moderator; `passed` by one, its sizes are being made; `shown`; `refused`.",
    )
    event = s.UUIDField(allow_null=True, help_text="Of what it is: an event, or a place.")
    place = s.UUIDField(allow_null=True)
    alt = s.CharField(help_text="What it shows.")
    credit = s.CharField(help_text="The name beside it, '' for none.")
    consent = s.CharField(help_text="The version of the text that you agreed to.")
    width = s.IntegerField(help_text="In pixels.")
    height = s.IntegerField(help_text="In pixels.")
    files = PhotoFile(many=True)
    created_at = s.DateTimeField()


def require_on() -> None:
    """Raise Http404 while the flag is off."""
    if not is_on(Flag.GALLERIES):
        raise Http404("off")


def found(kind: ThingKind, pk: UUID) -> Event | Place:
    """The event or venue that readers see under this id. Raises NotFound."""
    row = row_of(kind, pk)
    if row is None:
        raise NotFound(f"There is no {kind.value} {pk}.")
    return row


def files_of(row: Photo) -> list[dict[str, Any]]:
    """The files of a photo with their addresses."""
    return [
        {"url": absolute(file["url"]), "width": file["width"], "height": file["height"], "format": name}
        for name, files in shot(row).by_format
        for file in files
    ]


def told_own(row: Photo) -> dict[str, Any]:
    """A photo for who gave it."""
    return {
        "id": str(row.pk), "state": row.state, "event": row.event_id and str(row.event_id), "place": row.place_id and str(row.place_id),
        "alt": row.alt, "credit": row.credit, "consent": row.consent, "width": row.width, "height": row.height, "files": files_of(row),
        "created_at": row.created_at.isoformat(),
    }  # fmt: skip
