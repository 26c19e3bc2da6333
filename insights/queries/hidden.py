"""What a reader is not interested in."""

from typing import Final

from django.db.models import QuerySet

from insights.models import Hidden
from insights.records import HiddenThings, Reader

#: What is hidden, and what each was merged into.
_COLUMNS: Final = (
    ("event_id", "event__merged_into_id"),
    ("place_id", "place__merged_into_id"),
    ("organizer_id", "organizer__merged_into_id"),
)


def hidden_for(reader: Reader) -> HiddenThings:
    """Events, venues and organizers that the reader is not interested in. One query, or none for nobody."""
    if not reader.is_somebody:
        return HiddenThings()
    rows = list(hidden_rows(reader).values(*(column for pair in _COLUMNS for column in pair)))
    events, venues, organizers = (
        frozenset(row[column] for row in rows for column in pair if row[column] is not None)
        for pair in _COLUMNS
    )
    return HiddenThings(events=events, venues=venues, organizers=organizers)


def hidden_rows(reader: Reader) -> QuerySet[Hidden]:
    """The rows of the reader, the newest first; none for nobody."""
    if not reader.is_somebody:
        return Hidden.objects.none()
    if reader.user_id is not None:
        return Hidden.objects.filter(user_id=reader.user_id).order_by("-pk")
    return Hidden.objects.filter(participant__device_hash=reader.columns["device_hash"]).order_by("-pk")
