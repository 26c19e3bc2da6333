"""What stands on the picture of an event, its address, and its file.

A page names the picture in its own language. The address holds the language and a hash of what stands on the picture, so
it changes with it, and a copy may be kept for ever.
"""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from threading import BoundedSemaphore
from typing import Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import get_language, gettext

from events.cards import state, when_sentence
from events.folders import folders_of
from events.models import Event
from events.sharing.drawing import SIZES, WIDE, Facts, draw
from events.words import category_name
from languages.codes import DEFAULT
from pipeline.contract.enums import Online
from pipeline.dates.event_times import zone_or_utc

FOLDER: Final = "share"
#: Raise it when the drawing changes: every picture gets another address.
_DRAWING: Final = 2
#: So many pictures are drawn at once in a process, each for some tenths of a second; the others wait so many seconds.
_AT_ONCE, _WAITS = 1, 4.0
_KEPT_FOR: Final = timedelta(days=30)
_drawing = BoundedSemaphore(_AT_ONCE)


class Busy(Exception):
    """Too many pictures are asked for at once."""


def facts_of(event: Event) -> Facts:
    """What stands on the picture, in the language of the page. Days are dates, never "tonight", since the picture outlives the day."""
    zone = zone_or_utc(event.timezone)
    before = event.start_at.astimezone(zone) - timedelta(days=60)
    shown = state(event, now=before)
    city = event.city.name if event.city else ""
    named = [event.place_words, event.area.name if event.area else "", city]
    where = ", ".join(dict.fromkeys(one for one in named if one))
    return Facts(
        title=event.title,
        when=when_sentence(event, now=before),
        where=where or (gettext("Online") if event.online == Online.YES else ""),
        category=str(event.category_id),
        category_name=category_name(str(event.category_id)),
        state=shown.word if shown else "",
        seed=str(event.id),
    )


def digest_of(facts: Facts) -> str:
    """32 hexadecimal digits for what stands on the picture and for how it is drawn."""
    said = json.dumps([_DRAWING, settings.SITE_NAME, asdict(facts)], sort_keys=True)
    return sha256(said.encode()).hexdigest()[:32]


def picture_path(event: Event, *, shape: str = WIDE) -> str:
    """The address of one shape. It costs a hash; nothing is drawn."""
    return picture_paths(event)[shape]


def picture_paths(event: Event) -> dict[str, str]:
    """The addresses by shape (`drawing.SIZES`), in the language of the page: `/media/share/hi/1x1/{id}-{digest}.png`.

    The wide one in English keeps the address without both.
    """
    named = {"hex_id": event.id.hex, "digest": digest_of(facts_of(event))}
    language = get_language() or DEFAULT
    return {
        shape: reverse("events:share-picture", kwargs=named)
        if (language, shape) == (DEFAULT, WIDE)
        else reverse("events:share-picture-of", kwargs={**named, "language": language, "shape": shape})
        for shape in SIZES
    }


def share_picture(facts: Facts, *, shape: str = WIDE) -> bytes:
    """The PNG of a shape of SIZES, from the storage, or drawn and stored. Raises Busy."""
    digest = digest_of(facts)
    name = f"{FOLDER}/{digest[:2]}/{digest}{'' if shape == WIDE else f'.{shape}'}.png"
    if (stored := _stored(name)) is not None:
        return stored
    if not _drawing.acquire(timeout=_WAITS):
        raise Busy
    try:
        if (stored := _stored(name)) is not None:
            return stored
        content = draw(facts, site=settings.SITE_NAME, size=SIZES[shape])
        default_storage.save(name, ContentFile(content))
    finally:
        _drawing.release()
    return content


def forget_share_pictures(*, now: datetime, dry: bool = False) -> int:
    """Delete files older than 30 days; who asks again gets a new one. Returns how many; with `dry` it only counts."""
    count = 0
    for prefix in folders_of(default_storage, FOLDER):
        for name in default_storage.listdir(f"{FOLDER}/{prefix}")[1]:
            path = f"{FOLDER}/{prefix}/{name}"
            if default_storage.get_modified_time(path) < now - _KEPT_FOR:
                count += 1
                if not dry:
                    default_storage.delete(path)
    return count


def _stored(name: str) -> bytes | None:
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None
