"""Public events, each made once in a process until it changes."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from events.models import Event
from events.public import public_event
from events.queries import for_json
from outbox.renderings.changed import CHANGED
from outbox.renderings.rows import KeptRows
from outbox.renderings.shown import collected

#: Some 3 kB each.
_MADE: KeptRows[UUID, dict[str, Any]] = KeptRows(lambda one: f"events:event:{one}", most=4_000)


def public_events(events: QuerySet[Event]) -> list[dict[str, Any]]:
    """The JSON objects of `events` in their order. Do not change them: other responses have the same."""
    ids = list(events.values_list("id", flat=True))
    found = _MADE.take(ids, _made)
    return [found[one] for one in ids if one in found]


def public_events_of(ids: Iterable[UUID]) -> Mapping[UUID, dict[str, Any]]:
    """The JSON objects of events that one reader may see; absent where deleted. Do not change them: other responses have the same.

    For lists of events which are not the reader's own: what was changed within the last `LOOK_SECONDS` may be missing in them.
    """
    if not settings.PAGE_CACHE:
        return _made(list(ids))
    CHANGED.look()
    with collected():
        return _MADE.take(ids, _made)


def _made(ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    return {event.id: public_event(event) for event in for_json(Event.objects.filter(pk__in=ids))}
