"""The staged rows of a source, by identity."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from events.models import Listing, Origin
from outbox import rows as table
from pipeline.contract.lookups import Identity
from pipeline.contract.raw import RawRecord
from pipeline.refinement.identity import identity as identity_of
from pipeline.refinement.identity import raw_hash
from pipeline.text.folding import fold_name
from sources.enums import StagedState
from sources.ingest.reconciliation import MISSES_UNTIL_GONE, Move, Occurrence
from sources.models import FetchRun, StagedEvent

#: The longest external and recurrence ids that fit the columns; `extract` shortens longer ones with a hash.
MAX_EXTERNAL_ID, MAX_RECURRENCE_ID = 300, 40
_FOLLOW = """
UPDATE sources_stagedevent s SET event_id = l.event_id, duplicate_of_id = CASE WHEN l.joined_at IS NOT NULL THEN l.event_id END,
    state = CASE WHEN l.joined_at IS NOT NULL THEN 'duplicate' ELSE 'recorded' END
FROM events_listing l
WHERE l.event_id = ANY(%(events)s) AND s.source_id = l.origin_id AND s.external_id = l.external_id AND s.recurrence_id = l.recurrence_id
    AND s.event_id <> l.event_id
"""
_COLUMNS = (
    "id", "external_id", "recurrence_id", "raw_hash", "state", "drop_reason", "event_id", "fingerprint", "start_at", "url", "venue_name",
    "series_id", "missing_since", "misses",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Identified:
    """A record with its identity, the hash of its content, and where its payload is kept."""

    record: RawRecord
    identity: Identity
    raw_hash: str
    payload_month: date
    payload_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """The columns of a staged row that a run needs."""

    id: UUID
    identity: Identity
    raw_hash: str
    state: str
    drop_reason: str
    event_id: UUID | None
    title_key: str
    start_at: datetime | None
    url: str
    venue_key: str
    series: str
    missing: bool
    misses: int

    def existing(self) -> Occurrence:
        """The row in the form that reconciliation compares."""
        return Occurrence(
            identity=self.identity,
            title=self.title_key,
            start=self.start_at,
            venue=self.venue_key,
            url=self.url,
            series=self.series,
        )


def identify(record: RawRecord, *, payload_month: date, payload_id: UUID) -> Identified:
    """Identify a record by its own id, or by its fingerprint where the source has no stable id."""
    return Identified(
        record=record,
        identity=identity(record),
        raw_hash=raw_hash(record),
        payload_month=payload_month,
        payload_id=payload_id,
    )


def identity(record: RawRecord) -> Identity:
    """The identity without the hash."""
    return bounded_identity(*identity_of(record))


def bounded_identity(external_id: str, recurrence_id: str) -> Identity:
    """An identity that fits the columns.

    Connectors hash longer ids; this function serves the ids of dropped records.
    """
    return external_id[:MAX_EXTERNAL_ID], recurrence_id[:MAX_RECURRENCE_ID]


def known(source_id: UUID, identities: Iterable[Identity]) -> dict[Identity, Known]:
    """The staged rows with these identities (one query)."""
    external_ids = list({identity[0] for identity in identities})
    rows = StagedEvent.objects.filter(source_id=source_id, external_id__in=external_ids).values_list(
        *_COLUMNS
    )
    return {row.identity: row for row in _known(rows)}


def lists_any(source_id: UUID) -> bool:
    """Whether the source has ever listed anything."""
    return StagedEvent.objects.filter(source_id=source_id).exists()


def listed(source_id: UUID, *, now: datetime) -> Iterator[Known]:
    """What the source lists and is not over yet, one by one: its next complete answer should have all of it.

    Includes rows that it left out, but not often enough to be gone; `missing` marks them.
    """
    upcoming = Q(end_at__gte=now) | Q(end_at__isnull=True, start_at__gte=now)
    there = Q(missing_since__isnull=True) | Q(misses__gte=1, misses__lt=MISSES_UNTIL_GONE)
    fed = [StagedState.RECORDED, StagedState.DUPLICATE]
    rows = StagedEvent.objects.filter(upcoming, there, source_id=source_id, state__in=fed)
    return _known(rows.values_list(*_COLUMNS).iterator())


def missed(rows: Sequence[Known], *, now: datetime) -> list[Known]:
    """Count one more answer that covers these rows and does not list them.

    Returns those that are now gone. Newly missing rows get the date of missing (two queries).
    """
    ids = [row.id for row in rows]
    StagedEvent.objects.filter(pk__in=ids, missing_since__isnull=True).update(missing_since=now)
    StagedEvent.objects.filter(pk__in=ids).update(misses=F("misses") + 1)
    return [row for row in rows if row.misses + 1 >= MISSES_UNTIL_GONE]


def listed_again(source_id: UUID, identities: Sequence[Identity], *, run: FetchRun) -> None:
    """Mark missing rows as listed again, unchanged."""
    ids = [row.id for row in known(source_id, identities).values() if row.identity in set(identities)]
    StagedEvent.objects.filter(pk__in=ids).update(missing_since=None, misses=0, last_run=run)


def follow_moves(source_id: UUID, origin: Origin, moves: Sequence[Move], *, now: datetime) -> None:
    """Move listings to the new identities of moved records.

    The old rows stay, as missing, so that no id is forgotten.
    """
    if not moves:
        return
    targets = {move.old: move.new for move in moves}
    rows = Listing.objects.filter(origin=origin, external_id__in={old[0] for old in targets})
    moved = [row for row in rows if (row.external_id, row.recurrence_id) in targets]
    for row in moved:
        row.external_id, row.recurrence_id = targets[(row.external_id, row.recurrence_id)]
    Listing.objects.bulk_update(moved, ["external_id", "recurrence_id"])
    ids = [row.id for row in known(source_id, targets).values() if row.identity in targets]
    # a moved row is not missing: its old id is never counted, and so never becomes gone
    StagedEvent.objects.filter(pk__in=ids).update(missing_since=now, misses=0)


def events_of_moved(source_id: UUID, moves: Sequence[Move]) -> dict[Identity, UUID]:
    """The event of each moved occurrence, by its new identity."""
    if not moves:
        return {}
    olds = known(source_id, (move.old for move in moves))
    return {
        move.new: event_id
        for move in moves
        if (row := olds.get(move.old)) is not None and (event_id := row.event_id) is not None
    }


def write(rows: Sequence[StagedEvent]) -> None:
    """Insert or update staged rows by identity (one query)."""
    table.insert(
        rows,
        unique=["source", "external_id", "recurrence_id"],
        update=[
            "fingerprint", "state", "event", "duplicate_of", "title", "start_at", "end_at", "url", "venue_name", "series_id", "raw", "raw_hash",
            "normalized", "confidence", "extraction_metadata", "drop_reason", "notes", "cleared_at", "payload_month", "payload_id", "last_run", "processed_at",
            "missing_since", "misses",
        ],
    )  # fmt: skip


def _known(rows: Iterable[tuple[Any, ...]]) -> Iterator[Known]:
    for (
        pk,
        external_id,
        recurrence_id,
        hash_,
        state,
        reason,
        event_id,
        title_key,
        start_at,
        url,
        venue,
        series,
        missing_since,
        misses,
    ) in rows:
        yield Known(
            id=pk, identity=(external_id, recurrence_id), raw_hash=hash_, state=state, drop_reason=reason, event_id=event_id, title_key=title_key,
            start_at=start_at, url=url, venue_key=fold_name(venue), series=series, missing=missing_since is not None, misses=misses,
        )  # fmt: skip


def follow(event_ids: Collection[UUID]) -> int:
    """Point staged rows to the events of their listings, after a merge or unmerge.

    Returns how many rows moved.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"events": list(event_ids)})
        return int(cursor.rowcount)
