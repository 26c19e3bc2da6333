"""What a reader is not interested in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from events.recommended import HiddenThings
from insights.models import Hidden
from insights.records import Reader

#: What is hidden, and what each was merged into.
_COLUMNS: Final = (
    ("event_id", "event__merged_into_id"),
    ("place_id", "place__merged_into_id"),
    ("organizer_id", "organizer__merged_into_id"),
)
_READ: Final = tuple(column for pair in _COLUMNS for column in pair)


def hidden_for(reader: Reader) -> HiddenThings:
    """Events, venues and organizers that the reader is not interested in. One query, or none for nobody."""
    if not reader.is_somebody:
        return HiddenThings()
    return _things(hidden_rows(reader).values(*_READ))


def hidden_by(people: Collection[UUID]) -> Mapping[UUID, HiddenThings]:
    """What each of these people is not interested in; nobody who hid nothing. One query."""
    rows: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in Hidden.objects.filter(user__in=people).values("user_id", *_READ):
        rows[row["user_id"]].append(row)
    return {person: _things(own) for person, own in rows.items()}


def hidden_rows(reader: Reader) -> QuerySet[Hidden]:
    """The rows of the reader, the newest first; none for nobody."""
    if not reader.is_somebody:
        return Hidden.objects.none()
    if reader.user_id is not None:
        return Hidden.objects.filter(user_id=reader.user_id).order_by("-pk")
    return Hidden.objects.filter(participant__device_hash=reader.columns["device_hash"]).order_by("-pk")


def _things(rows: Iterable[Mapping[str, Any]]) -> HiddenThings:
    found = list(rows)
    events, venues, organizers = (
        frozenset(row[column] for row in found for column in pair if row[column] is not None)
        for pair in _COLUMNS
    )
    return HiddenThings(events=events, venues=venues, organizers=organizers)
