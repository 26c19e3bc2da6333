"""The one door for what is known of places now: a row per place and source, and a Change that tells readers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from outbox.records import NewChange
from outbox.services import record
from places.models import PlaceStatus
from places.queries import place_now
from places.records import StatusFacts

STATUS = "place.status"
_COLUMNS = ("openness", "crowd", "waiting_minutes", "special", "confidence", "observed_at", "valid_until")
_SAID = ("openness", "crowd", "waiting_minutes", "special", "confidence")


def record_statuses(facts: Sequence[StatusFacts], *, now: datetime) -> int:
    """Store evidence and announce it as `place.status` on `place:ID`. Returns how many rows changed.

    Evidence without an answer is not stored: a place of which nothing is known is unknown already. The same answer is stored again only when
    half of its time is over, so that a refresh every few minutes tells readers nothing that they know. Six queries, whatever the number.
    """
    wanted = {
        (one.place_id, one.source.value): one for one in facts if _says(one) and one.valid_until > now and one.valid_until > one.observed_at
    }
    if not wanted:
        return 0
    with transaction.atomic():
        held = {
            (row.place_id, row.source): row
            for row in PlaceStatus.objects.select_for_update()
            .filter(place__in={place for place, _ in wanted})
            .order_by("place_id", "source")
        }
        rows = [_row(one, held.get(key)) for key, one in wanted.items() if _differs(one, held.get(key), now)]
        PlaceStatus.objects.bulk_create(rows, update_conflicts=True, unique_fields=["place", "source"], update_fields=[*_COLUMNS])
        announce({row.place_id for row in rows}, now)
    return len(rows)


def _says(one: StatusFacts) -> bool:
    return one.openness != "unknown" or one.crowd != "unknown" or one.waiting_minutes is not None or bool(one.special)


def _differs(one: StatusFacts, row: PlaceStatus | None, now: datetime) -> bool:
    if row is None:
        return True
    if one.observed_at < row.observed_at:
        return False
    if any(getattr(row, name) != getattr(one, name) for name in _SAID):
        return True
    return row.valid_until - now < (one.valid_until - one.observed_at) / 2 and one.valid_until > row.valid_until


def _row(one: StatusFacts, row: PlaceStatus | None) -> PlaceStatus:
    row = row or PlaceStatus(place_id=one.place_id, source=one.source.value)
    for name in _COLUMNS:
        setattr(row, name, getattr(one, name))
    return row


def announce(place_ids: Iterable[UUID], now: datetime) -> None:
    """Tell what is known of these places now, in the present transaction."""
    evidence: dict[UUID, list[PlaceStatus]] = {place_id: [] for place_id in place_ids}
    rows = PlaceStatus.objects.filter(place__in=list(evidence), valid_until__gt=now, observed_at__lte=now)
    for row in rows.order_by("-confidence", "-observed_at"):
        evidence[row.place_id].append(row)
    record(
        NewChange(type=STATUS, object_type="place", object_id=place_id, topics=(f"place:{place_id}",), data=place_now(place_id, known))
        for place_id, known in evidence.items()
    )
