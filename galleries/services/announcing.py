"""What was rendered with a photo is void when its gallery changes."""

from typing import Final

import outbox.services as outbox
from events.things import Thing, ThingKind, row_of, thing_of
from galleries.models import Photo
from outbox.enums import Audience
from outbox.records import NewChange

_CHANGED: Final = "gallery.changed"


def standing(photo: Photo) -> Thing:
    """What a photo is of, as it stands now: what that was merged into, if it was."""
    kind = ThingKind.EVENT if photo.event_id else ThingKind.PLACE
    pk = photo.event_id or photo.place_id
    assert pk is not None  # photo_one_thing
    row = row_of(kind, pk)
    return thing_of(row) if row is not None else Thing(kind, pk)


def announce(*things: Thing) -> None:
    """No reader hears of it: the page is right when it is next asked for. Needs a transaction."""
    outbox.record(
        [
            NewChange(type=_CHANGED, object_type=thing.kind.value, object_id=thing.id, topics=(thing.topic,), audience=Audience.STAFF)
            for thing in dict.fromkeys(things)
        ]
    )  # fmt: skip
