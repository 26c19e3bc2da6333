"""Moderators are asked about each photo, by the clock, with what speaks against it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from events.models import EventImage, RefusedPicture
from galleries.enums import PhotoState
from galleries.models import Photo
from galleries.queries import taken_down_alike
from moderation.enums import ReviewKind
from moderation.services import Filing, file_reviews
from pipeline.text.contacts import without_contacts

BATCH: Final = 50
PRIORITY: Final = 10
#: What looks like something that was taken down is seen first.
_MARKED: Final = 25


def ask(*, now: datetime) -> int:
    """File a review for each photo that waits and was not asked about. Returns how many."""
    from galleries.pictures import look_of

    waiting = Photo.objects.filter(state=PhotoState.WAITING, asked_at=None).select_related("event", "place")
    rows = list(waiting.order_by("created_at")[:BATCH])
    for row in rows:
        row.look = look_of(bytes(row.content or b""))
        reasons = tuple(doubts(row))
        with transaction.atomic():
            held = Photo.objects.filter(pk=row.pk, state=PhotoState.WAITING, asked_at=None)
            if held.update(look=row.look, asked_at=now):
                why = reasons or ("somebody gives a photo",)
                file_reviews([filing_of(row, reasons=why, priority=_MARKED if reasons else PRIORITY)])
    return len(rows)


def doubts(row: Photo) -> Iterator[str]:
    """What speaks against a photo, the gravest first."""
    look = in_hex(row.look or 0)
    if found := taken_down_alike(row.look or 0):
        gone, differs = found
        yield f"taken down: it looks like a photo that was taken down ({differs} of 64 bits differ), because: {gone.reason or 'no reason given'}"
    if RefusedPicture.objects.filter(perceptual_hash=look).exists():
        yield "rights: it looks like a picture whose owner asked us not to show it"
    others = Photo.objects.exclude(user=row.user_id)
    if others.filter(pixel_hash=row.pixel_hash).exists():
        yield "same: somebody else gave the same picture"
    elif others.filter(look=row.look).exists():
        yield "same: somebody else gave a picture that looks the same"
    if (
        Photo.objects.filter(Q(pixel_hash=row.pixel_hash) | Q(look=row.look), user=row.user_id)
        .exclude(pk=row.pk)
        .exists()
    ):
        yield "same: who gave it gave it before, to this or to something else"
    if EventImage.objects.filter(perceptual_hash=look).exclude(url="").exists():
        yield "same: it looks like a picture that a source or a team has of an event"
    for name in ("alt", "credit"):
        if without_contacts(getattr(row, name))[1]:
            yield f"contact: its {'description' if name == 'alt' else 'name'} has an address or a number"


def in_hex(look: int) -> str:
    """A perceptual hash as pictures of events keep it."""
    return f"{look % 2**64:016x}"


def filing_of(row: Photo, *, reasons: tuple[str, ...], priority: int) -> Filing:
    """The question about one photo. The evidence has no pixels: those go with the photo."""
    event, place = row.event, row.place
    evidence: dict[str, Any] = {
        "image": f"/photos/{row.pk}/file/", "alt": row.alt, "credit": row.credit, "width": row.width, "height": row.height,
        "language": row.language, "event": str(row.event_id or ""), "place": str(row.place_id or ""),
    }  # fmt: skip
    return Filing(
        kind=ReviewKind.PHOTO, object_id=row.pk, title=event.title if event else str(place.name if place else ""), evidence=evidence,
        reasons=reasons, city_id=event.city_id if event else place.city_id if place else None, priority=priority,
    )  # fmt: skip
