"""The photos as pages of events and venues show them (`events.gallery.Galleries`)."""

from typing import Any, Final

from events.gallery import Gallery, Shot
from events.models import Event
from events.things import Thing, ThingKind, thing_of
from flags.models import Flag
from flags.services import is_on
from galleries.models import Photo
from galleries.queries import shown_of
from galleries.services.files import storage
from places.models import Place

#: So many are on a page; the API has all, and so have the pages of the photos, one after the other.
MOST: Final = 12


class OnPages:
    """One query for a page."""

    def of_event(self, event: Event) -> Gallery | None:
        """Those of an event."""
        return _of(thing_of(event))

    def of_place(self, place: Place) -> Gallery | None:
        """Those of a venue."""
        return _of(thing_of(place))


def _of(thing: Thing) -> Gallery | None:
    if not is_on(Flag.GALLERIES):
        return None
    rows = list(shown_of(thing)[: MOST + 1])
    more = photo_path(rows[MOST]) if len(rows) > MOST else ""
    return Gallery(path=give_path(thing), shots=tuple(map(shot, rows[:MOST])), more=more)


def shot(row: Photo) -> Shot:
    """A photo that readers see, without who gave it."""
    by_format: dict[str, list[dict[str, Any]]] = {}
    for file in row.files:
        by_format.setdefault(file["format"], []).append({**file, "url": storage().url(file["name"])})
    widest = by_format.get("webp") or next(iter(by_format.values()), [{"url": ""}])
    return Shot(
        id=row.pk, alt=row.alt, credit=row.credit, language=row.language, at=row.created_at, width=row.width, height=row.height,
        by_format=tuple((name, tuple(files)) for name, files in by_format.items()), url=widest[-1]["url"], path=photo_path(row),
    )  # fmt: skip


def photo_path(row: Photo) -> str:
    """The page of a photo."""
    return f"/photos/{row.pk}/"


def give_path(thing: Thing) -> str:
    """Where photos are given to it."""
    return f"/photos/{'events' if thing.kind is ThingKind.EVENT else 'venues'}/{thing.id}/"
