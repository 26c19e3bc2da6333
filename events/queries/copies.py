"""Other events with the same text or the same picture."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.db import connection

from events.models import Event, EventImage, Listing
from pipeline.contract.lookups import Copied
from pipeline.contract.normalized import NormalizedEvent, OrganizerRef, Venue
from pipeline.text.copies import is_copy

#: At most so many events are read for one text or picture; more copies make no difference.
MOST: Final = 25

#: A picture in more events of others is a stock picture or a platform's placeholder.
MOST_OF_A_PICTURE: Final = 5

_FACTS: Final = "e.id, e.title, coalesce(o.name, ''), e.venue_name, e.start_date, e.performers"
_OTHERS: Final = """
    e.publication <> 'merged'
    AND NOT EXISTS (SELECT 1 FROM events_listing l WHERE l.event_id = e.id AND l.origin_id = ANY(%(origins)s))
    ORDER BY e.id LIMIT %(most)s
"""
_TEXTS: Final = f"""
SELECT k.key, f.* FROM unnest(%(keys)s::bigint[]) AS k (key) CROSS JOIN LATERAL (
    SELECT {_FACTS} FROM events_eventsearch s JOIN events_event e ON e.id = s.event_id LEFT JOIN events_organizer o ON o.id = e.organizer_id
    WHERE s.text_key = k.key AND {_OTHERS}
) AS f
"""  # noqa: S608 - the parts are constants of this module
_PICTURES: Final = f"""
SELECT k.key, f.* FROM unnest(%(keys)s::text[]) AS k (key) CROSS JOIN LATERAL (
    SELECT DISTINCT {_FACTS} FROM events_eventimage i JOIN events_event e ON e.id = i.event_id LEFT JOIN events_organizer o ON o.id = e.organizer_id
    WHERE i.perceptual_hash = k.key AND {_OTHERS}
) AS f
"""  # noqa: S608


def same_texts(keys: Collection[int], *, but_not_of: Collection[UUID]) -> dict[int, list[Copied]]:
    """For each key of a text, at most 25 events that have it and are not listed by these origins (one query).

    Keys are those of `pipeline.text.copies.text_key`.
    """
    return _grouped(_TEXTS, keys, but_not_of)


def same_pictures(hashes: Collection[str], *, but_not_of: Collection[UUID]) -> dict[str, list[Copied]]:
    """The same for perceptual hashes of pictures."""
    return _grouped(_PICTURES, hashes, but_not_of)


def copied_pictures(event: Event) -> list[Copied]:
    """Other sources' events with other organizers that show a picture of this one (three queries).

    Stock pictures are left out.
    """
    hashes = set(
        EventImage.objects.filter(event=event)
        .exclude(perceptual_hash="")
        .values_list("perceptual_hash", flat=True)
    )
    if not hashes:
        return []
    reported = NormalizedEvent(
        external_id=str(event.pk),
        title=event.title,
        organizer=OrganizerRef(name=event.organizer.name) if event.organizer else None,
        venue=Venue(name=event.venue_name),
        performers=tuple(event.performers),
    )
    origins = list(Listing.objects.filter(event=event).values_list("origin_id", flat=True))
    found = same_pictures(hashes, but_not_of=origins)
    copies = {
        other.event_id: other
        for others in found.values()
        if len(others) <= MOST_OF_A_PICTURE
        for other in others
        if is_copy(reported, other)
    }
    return [other for other in copies.values() if other.event_id != event.pk]


def _grouped(sql: str, keys: Collection[Any], origins: Collection[UUID]) -> dict[Any, list[Copied]]:
    if not keys:
        return {}
    found: dict[Any, list[Copied]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, {"keys": list(keys), "origins": list(origins), "most": MOST})
        for key, event_id, title, organizer, venue, start, performers in cursor.fetchall():
            one = Copied(
                event_id=event_id,
                title=title,
                organizer=organizer,
                venue=venue,
                start=start,
                performers=tuple(performers),
            )
            found.setdefault(key, []).append(one)
    return found
