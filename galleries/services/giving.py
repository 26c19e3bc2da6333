"""A person gives a photo to an event or a venue."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Final

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.exceptions import InputRefused
from accounts.models import User
from events.models import Event
from events.services.pictures import is_refused
from events.things import lock, thing_of
from galleries import consent
from galleries.enums import PhotoState
from galleries.exceptions import PhotoNotTaken
from galleries.models import LONGEST_ALT, LONGEST_CREDIT, Photo, TakenDown
from galleries.queries import begun, photos_of
from galleries.records import MAX_BYTES, Wish
from places.models import Place

if TYPE_CHECKING:
    from galleries.pictures import Read

#: Photos of one person of one thing, those that were refused included.
MOST: Final = 6
_SHORTEST_ALT: Final = 3


def give(row: Event | Place, content: bytes, wish: Wish, *, by: User, now: datetime | None = None) -> Photo:
    """Keep a photo of an event that began, or of a venue, until a moderator has seen it.

    What was sent is decoded and drawn anew here; its bytes are not kept. The same pixels by the same person are one photo. Raises
    PhotoNotTaken, InputRefused.
    """
    moment = now or clock()
    refuse(row, by, now=moment)
    alt, credit = _alt(wish.alt), user_input.line("credit", wish.credit, most=LONGEST_CREDIT)
    if wish.consent != consent.CURRENT:
        raise InputRefused("consent", gettext("is missing. Read what you agree to, and say yes to it."))
    made, thing = _read(content), thing_of(row)
    with transaction.atomic():
        if lock(thing) is None:
            raise PhotoNotTaken(gettext("It is gone."))
        if TakenDown.objects.filter(pixel_hash=made.pixel_hash).exists():
            raise InputRefused(
                "photo", gettext("was taken down here by a moderator before. Choose another one.")
            )
        mine = photos_of(thing).filter(user=by)
        known = mine.filter(pixel_hash=made.pixel_hash).first()
        if known is not None:
            return known
        if mine.count() >= MOST:
            raise PhotoNotTaken(
                gettext("You gave %(number)d photos already, which is the most. Take one back first.")
                % {"number": MOST}
            )
        return Photo.objects.create(
            user=by, state=PhotoState.WAITING, alt=alt, credit=credit, language=wish.language, consent=wish.consent,
            content=made.content, width=made.width, height=made.height, pixel_hash=made.pixel_hash, created_at=moment, **{thing.column: row},
        )  # fmt: skip


def refuse(row: Event | Place, person: User, *, now: datetime) -> None:
    """Raise PhotoNotTaken where the person may give none: without a confirmed address, before the event, a year after it."""
    if not EmailAddress.objects.filter(user=person, verified=True).exists():
        raise PhotoNotTaken(gettext("Confirm your mail address first: then you can give photos."))
    if isinstance(row, Event) and not begun(row, now=now):
        raise PhotoNotTaken(
            gettext("Photos can be given from its start on, for a year. What was called off has none.")
        )


def _alt(text: str) -> str:
    alt = user_input.line("alt", text, most=LONGEST_ALT)
    if len(alt) < _SHORTEST_ALT:
        raise InputRefused(
            "alt",
            gettext("is missing. Say in a sentence what the photo shows, for people who do not see it."),
        )
    return alt


def _read(content: bytes) -> "Read":
    from galleries.pictures import read_photo
    from pipeline.pictures import PictureRefused

    if len(content) > MAX_BYTES:
        most = MAX_BYTES // 1024**2
        raise InputRefused(
            "photo", gettext("has more than %(number)d MB. Send a smaller one.") % {"number": most}
        )
    if is_refused(hashlib.sha256(content).hexdigest(), ""):
        raise InputRefused("photo", gettext("is not shown here: its owner asked for it. Choose another one."))
    try:
        return read_photo(content)
    except PictureRefused as refused:
        words = gettext("cannot be used: %(reason)s. Send a JPEG, PNG or WebP.") % {"reason": refused}
        raise InputRefused("photo", words) from refused
