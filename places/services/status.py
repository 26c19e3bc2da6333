"""The only code that writes the current state of places.

It writes one row for each place, source and question, and a Change for readers.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from outbox.records import NewChange
from outbox.services import record
from places.enums import Answer, Crowd, Openness, StatusSource
from places.evidence import Evidence
from places.models import PlaceStatus
from places.queries import places_now
from places.records import StatusFacts

STATUS: Final = "place.status"
BATCH: Final = 500
_COLUMNS: Final = (
    "openness",
    "crowd",
    "waiting_minutes",
    "special",
    "confidence",
    "observed_at",
    "valid_until",
    "basis",
)
_NOTHING: Final = {
    "openness": Openness.UNKNOWN.value,
    "crowd": Crowd.UNKNOWN.value,
    "waiting_minutes": None,
    "special": "",
}


def record_statuses(facts: Sequence[StatusFacts], *, now: datetime) -> int:
    """Store connectors' statements about places, each answer separately. Returns how many rows changed."""
    said: dict[UUID, list[Evidence]] = {}
    for one in facts:
        said.setdefault(one.place_id, []).extend(_answers(one))
    return record_evidence(said, now=now)


def record_evidence(
    said: Mapping[UUID, Sequence[Evidence]],
    *,
    now: datetime,
    withdraw: StatusSource | None = None,
    keep: str = "",
) -> int:
    """Store evidence by place and announce it as `place.status` on `place:ID`.

    Returns how many rows changed. Evidence without an answer is not stored: a place without evidence is
    unknown already. An equal answer is stored again only after half of its validity, so that a refresh every
    few minutes sends readers no news. With `withdraw`, `said` is everything that this source states about
    these places, and its other answers are deleted. Valid stored evidence whose basis begins with `keep` is
    neither deleted nor replaced. The number of queries is constant.
    """
    wanted = {
        (place_id, one.source.value, one.answer.value): one
        for place_id, evidence in said.items()
        for one in evidence
        if one.says and one.valid_until > now and one.valid_until > one.observed_at
    }
    if not wanted and withdraw is None:
        return 0
    with transaction.atomic():
        rows = (
            PlaceStatus.objects.select_for_update()
            .filter(place__in=said)
            .order_by("place_id", "source", "answer")
        )
        held = {(row.place_id, row.source, row.answer): row for row in rows}
        kept = {
            key for key, row in held.items() if keep and row.basis.startswith(keep) and row.valid_until > now
        }
        gone = [
            row
            for key, row in held.items()
            if row.source == withdraw and key not in wanted and key not in kept
        ]
        if gone:
            PlaceStatus.objects.filter(pk__in=[row.pk for row in gone]).delete()
        changed = [_row(place_id, one, held.get((place_id, source, answer))) for (place_id, source, answer), one in wanted.items()
                   if (place_id, source, answer) not in kept and _differs(one, held.get((place_id, source, answer)), now)]  # fmt: skip
        PlaceStatus.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["place", "source", "answer"],
            update_fields=[*_COLUMNS],
        )
        announce({row.place_id for row in (*changed, *gone)}, now)
    return len(changed) + len(gone)


def let_expire(*, now: datetime) -> int:
    """Delete expired evidence, and announce the remaining state. Returns how many rows were deleted."""
    total = 0
    while True:
        with transaction.atomic():
            due = (
                PlaceStatus.objects.select_for_update(skip_locked=True)
                .filter(valid_until__lte=now)
                .order_by("valid_until", "pk")
            )
            rows = list(due.values_list("pk", "place_id")[:BATCH])
            PlaceStatus.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
            announce({place_id for _, place_id in rows}, now)
        total += len(rows)
        if len(rows) < BATCH:
            return total


def announce(place_ids: Iterable[UUID], now: datetime) -> None:
    """Announce the current state of these places, in the present transaction."""
    record(
        NewChange(
            type=STATUS, object_type="place", object_id=place_id, topics=(f"place:{place_id}",), data=known
        )
        for place_id, known in places_now(list(place_ids), now=now).items()
    )


def _answers(one: StatusFacts) -> list[Evidence]:
    values: dict[Answer, str | int | None] = {
        Answer.OPENNESS: one.openness.value,
        Answer.CROWD: one.crowd.value,
        Answer.WAITING: one.waiting_minutes,
        Answer.SPECIAL: one.special[:120],
    }
    found = [
        Evidence(
            source=one.source,
            answer=answer,
            value=value,
            confidence=one.confidence,
            observed_at=one.observed_at,
            valid_until=one.valid_until,
            basis=one.basis[:120],
        )
        for answer, value in values.items()
        if value is not None
    ]
    return [evidence for evidence in found if evidence.says]


def _differs(one: Evidence, row: PlaceStatus | None, now: datetime) -> bool:
    if row is None:
        return True
    if one.observed_at < row.observed_at:
        return False
    if (getattr(row, one.answer.value), row.confidence) != (one.value, one.confidence):
        return True
    return (
        row.valid_until - now < (one.valid_until - one.observed_at) / 2 and one.valid_until > row.valid_until
    )


def _row(place_id: UUID, one: Evidence, row: PlaceStatus | None) -> PlaceStatus:
    row = row or PlaceStatus(place_id=place_id, source=one.source.value, answer=one.answer.value)
    for name in ("confidence", "observed_at", "valid_until", "basis"):
        setattr(row, name, getattr(one, name))
    for name, value in {**_NOTHING, one.answer.value: one.value}.items():
        setattr(row, name, value)
    return row
