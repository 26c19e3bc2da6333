"""Reads the kept answers of a source again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef

from pipeline.connectors.bounded import read_within
from pipeline.connectors.configuration import configured
from pipeline.contract.connector import Connector, FetchParams
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import Dropped
from pipeline.dates.window import LOOKBACK
from sources.enums import RunState
from sources.ingest import payloads, staged
from sources.ingest.coverage import Covers, worse
from sources.ingest.read import MAX_RECORDS
from sources.ingest.staged import Identified
from sources.models import FetchRun, Payload, Source
from sources.runs.process import REPLAY
from sources.setup.context import params_for

_ENDED: Final = (RunState.SUCCESS, RunState.PARTIAL, RunState.QUARANTINED, RunState.FAILED)


class NothingKept(SourceError):
    """The source has no kept answer that could be read again."""


@dataclass(kw_only=True, slots=True)
class KeptRecords:
    """The records of the chosen answers by identity, the newest of each.

    Beside them all identities, also broken ones. `as_of` is the clock of the newest answer.
    """

    runs: list[FetchRun] = field(default_factory=list)
    payload_ids: set[Any] = field(default_factory=set)
    found: int = 0
    records: dict[tuple[str, str], Identified] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)
    coverage: Coverage = Coverage.COMPLETE
    until: datetime | None = None
    as_of: datetime | None = None
    incremental: bool = False
    dropped: Counter[str] = field(default_factory=Counter)


def read_again(
    source: Source, *, since: datetime | None, now: datetime, as_of: datetime | None = None
) -> KeptRecords:
    """Read the kept answers of a source with today's connector.

    Each is read by the clock of its own run, or of `as_of`, so that "tomorrow" stays that day. Raises NothingKept,
    and any SourceError of the parser.
    """
    connector, params = configured(source.connector, source.config), params_for(source, now=now)
    read = KeptRecords()
    for run in _kept_runs(source, since):
        moment = as_of or run.as_of or run.started_at
        read.as_of = read.as_of or moment
        coverage = _read_run(run, connector, replace(params, now=moment, start=moment - LOOKBACK), read)
        if since is None or coverage is Coverage.COMPLETE:
            break
    if not read.runs:
        raise NothingKept(
            f"There is no stored answer of {source.slug}{f' since {since:%Y-%m-%d %H:%M}' if since else ''}."
        )
    return read


def _kept_runs(source: Source, since: datetime | None) -> Iterator[FetchRun]:
    """Ended runs with payloads of their own, the newest first, without replays, which have others' payloads."""
    kept = Exists(Payload.objects.filter(source_id=source.pk, run_id=OuterRef("pk")))
    rows = FetchRun.objects.filter(kept, source=source, state__in=_ENDED).exclude(requested_by=REPLAY)
    if since is not None:
        rows = rows.filter(started_at__gte=since)
    yield from rows.order_by("-started_at", "-id")


def _read_run(run: FetchRun, connector: Connector, params: FetchParams, read: KeptRecords) -> Coverage:
    """Add a run's records to those of newer ones, and return the joint coverage.

    A complete answer covers all.
    """
    covers = Covers()
    for row, payload in payloads.of_run(run):
        page = read_within(connector, payload, params, seconds=settings.READ_SECONDS_PER_PAYLOAD)
        read.payload_ids.add(row.pk)
        for item in page.records:
            read.found += 1
            _take(item, row, read)
        covers = covers.and_page(page)
    if "covers" in run.http:
        covers = Covers.from_json(run.http["covers"])
    covers = covers.partly() if any(run.params.values()) else covers
    read.until = min(filter(None, (read.until, covers.until)), default=None)
    read.coverage = worse(read.coverage, covers.coverage)
    read.incremental = read.incremental or covers.incremental
    read.runs.append(run)
    return covers.coverage


def _take(item: Any, row: Payload, read: KeptRecords) -> None:
    if isinstance(item, Dropped):
        read.dropped[item.reason] += 1
        if item.external_id:
            read.seen.add(staged.bounded_identity(item.external_id, item.recurrence_id))
        return
    identified = staged.identify(item, payload_month=row.month, payload_id=row.pk)
    read.seen.add(identified.identity)
    if identified.identity in read.records:
        read.dropped["listed twice"] += 1
    elif len(read.records) >= MAX_RECORDS:
        read.dropped["too many records in one run"] += 1
    else:
        read.records[identified.identity] = identified
