"""Raw bytes: kept per month, compressed, read again when a parser was mended."""

import hashlib
import zlib
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from sources.models import FetchRun, Payload
from sources.records import RawPayload


def month_of(moment: datetime) -> date:
    """The partition of a moment."""
    return moment.date().replace(day=1)


def keep(run: FetchRun, payload: RawPayload, *, now: datetime) -> Payload:
    """Store one payload of a run."""
    return Payload.objects.create(
        month=month_of(now),
        source_id=run.source_id,
        run_id=run.id,
        url=payload.url[:2000],
        content_type=payload.content_type[:200],
        status=payload.status,
        sha256=hashlib.sha256(payload.content).hexdigest(),
        size=len(payload.content),
        content=zlib.compress(payload.content, 6),
        fetched_at=payload.fetched_at or now,
    )


def of_run(run: FetchRun) -> Iterable[tuple[Payload, RawPayload]]:
    """The payloads of a run, in the order in which they came, one at a time."""
    rows = Payload.objects.filter(source_id=run.source_id, run_id=run.id, month__gte=month_of(run.started_at)).order_by("id")
    for row in rows.iterator(chunk_size=1):
        yield row, read_back(row)


def read_back(row: Payload) -> RawPayload:
    """A stored payload as it came."""
    return RawPayload(
        url=row.url, content=zlib.decompress(row.content), content_type=row.content_type, status=row.status, fetched_at=row.fetched_at
    )


def hashes_of(run_id: UUID, source_id: UUID) -> list[str]:
    """The SHA-256 of each payload of a run, in order: equal lists are equal answers."""
    return list(Payload.objects.filter(source_id=source_id, run_id=run_id).order_by("id").values_list("sha256", flat=True))


def ensure_partitions(*, now: datetime, ahead: int = 2) -> list[str]:
    """Make the partitions of this month and the next ones. Rows that the default partition took meanwhile are moved. Returns the names made."""
    made = []
    month = month_of(now)
    with connection.cursor() as cursor:
        for _ in range(ahead + 1):
            following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
            name = f"sources_payload_{month:%Y_%m}"
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is None:
                _make_partition(cursor, name, month, following)
                made.append(name)
            month = following
    return made


def drop_partitions(*, before: date) -> list[str]:
    """Drop the partitions of months before `before` (first of a month): retention by partition, no row is deleted one by one."""
    dropped = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = pg_class.oid WHERE inhparent = 'sources_payload'::regclass"
        )
        for (name,) in cursor.fetchall():
            year, _, month = name.removeprefix("sources_payload_").partition("_")
            if month.isdigit() and date(int(year), int(month), 1) < before:
                cursor.execute(f'DROP TABLE "{name}"')
                dropped.append(name)
    return dropped


def _make_partition(cursor: object, name: str, month: date, following: date) -> None:
    """Make it aside, take the default partition's rows along, and attach it."""
    execute = cursor.execute  # type: ignore[attr-defined]
    execute(f'CREATE TABLE "{name}" (LIKE sources_payload INCLUDING DEFAULTS INCLUDING CONSTRAINTS)')
    bounds = [month, following]
    execute(
        f'WITH gone AS (DELETE FROM sources_payload_default WHERE month >= %s AND month < %s RETURNING *) INSERT INTO "{name}" SELECT * FROM gone',  # noqa: S608 - the name is made from a date above
        bounds,
    )
    execute(f"ALTER TABLE sources_payload ATTACH PARTITION \"{name}\" FOR VALUES FROM ('{month}') TO ('{following}')")
