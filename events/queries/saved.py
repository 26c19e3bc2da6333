"""The events that a reader saved on a device, by their ids: what they are now, and which are gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from events.enums import Publication
from events.models import Event
from events.queries.days import not_over
from events.queries.lists import for_api, for_cards

_SHOWN = (Publication.APPROVED, Publication.ARCHIVED)
#: A longer chain of merges counts as a loop.
_LONGEST_CHAIN = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedState:
    """What became of saved events.

    `shown` has those that readers may see, by id, with the survivors of merged ones; `moved` names the survivor of each merged one, `gone` the
    ids that lead to nothing any more.
    """

    shown: dict[UUID, Event]
    moved: dict[UUID, UUID]
    gone: list[UUID]


def saved_state(ids: Sequence[UUID]) -> SavedState:
    """The state of the events `ids`: one query, and one more for each link in the longest chain of merges."""
    ends = {event_id: event_id for event_id in ids}
    read: dict[UUID, Event] = {}
    for _ in range(_LONGEST_CHAIN):
        rows = Event.objects.only("id", "slug", "publication", "merged_into", "version")
        read |= rows.in_bulk({end for end in ends.values() if end not in read})
        following = {event_id: _next(read.get(end), end) for event_id, end in ends.items()}
        if following == ends:
            break
        ends = following
    seen = {
        event_id: read[end]
        for event_id, end in ends.items()
        if end in read and read[end].publication in _SHOWN
    }
    return SavedState(
        shown={event.id: event for event in seen.values()},
        moved={event_id: event.id for event_id, event in seen.items() if event.id != event_id},
        gone=[event_id for event_id in ids if event_id not in seen],
    )


def _next(event: Event | None, end: UUID) -> UUID:
    """The event that `event` was merged into, else `end` itself."""
    is_merged = event is not None and event.publication == Publication.MERGED
    return (event.merged_into_id or end) if event is not None and is_merged else end


def saved_cards(keys: Sequence[UUID], *, now: datetime) -> tuple[list[Event], list[Event]]:
    """The events `keys` with the data of a card, by start: those that are not over, and those that are, the latest first."""
    events = Event.objects.filter(pk__in=keys, publication__in=_SHOWN)
    coming = set(
        events.filter(not_over(now), ~Q(publication=Publication.ARCHIVED)).values_list("pk", flat=True)
    )
    rows = list(for_cards(events.order_by("start_at", "id")))
    over = [event for event in rows if event.pk not in coming]
    return [event for event in rows if event.pk in coming], over[::-1]


def saved_events(keys: Sequence[UUID]) -> list[Event]:
    """The events `keys` with what a calendar file holds, by start."""
    return list(for_api(Event.objects.filter(pk__in=keys, publication__in=_SHOWN).order_by("start_at", "id")))
