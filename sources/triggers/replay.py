"""Reads kept payloads with today's parser: what would be new, change or vanish, before anything is applied."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from events.models import Listing
from pipeline.connectors.bounded import read_within
from pipeline.connectors.configuration import configured
from pipeline.contract.connector import Connector, FetchParams
from pipeline.contract.draft import Draft
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import Dropped, RawPayload
from pipeline.refinement import pipeline
from sources.enums import Phase, RunState
from sources.ingest import payloads, reconciliation, staged
from sources.ingest.coverage import Covers, worse
from sources.ingest.lookups import DatabaseLookups
from sources.ingest.read import MAX_RECORDS, occurrence_of
from sources.ingest.staged import Identified, Known
from sources.models import FetchRun, Payload, Source, StagedEvent
from sources.runs.claim import open_run
from sources.runs.process import REPLAY, process_run
from sources.setup.context import context_for, params_for

#: Keys of a normalized event that are no facts about it.
_NO_FACTS: Final = frozenset({"raw_hash"})
_ENDED: Final = (RunState.SUCCESS, RunState.PARTIAL, RunState.QUARANTINED, RunState.FAILED)
_BATCH: Final = 200


class NothingKept(SourceError):
    """The source has no kept answer that could be read again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OccurrenceChange:
    """One occurrence of the difference.

    `fields`: name to (before, after). `was`: its former id, if it moved. `reason`: why it would be dropped.
    """

    external_id: str
    recurrence_id: str
    title: str
    start: str = ""
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    was: str = ""
    reason: str = ""


@dataclass(kw_only=True, slots=True)
class Difference:
    """The difference between what today's parser reads and what is stored.

    `refused`: why the safety checks would quarantine it, '' where they would not.
    """

    runs: int = 0
    payloads: int = 0
    found: int = 0
    coverage: str = Coverage.COMPLETE.value
    same: int = 0
    new: list[OccurrenceChange] = field(default_factory=list)
    changed: list[OccurrenceChange] = field(default_factory=list)
    moved: list[OccurrenceChange] = field(default_factory=list)
    vanished: list[OccurrenceChange] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    dropped_before: Counter[str] = field(default_factory=Counter)
    refused: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing."""
        return not (self.new or self.changed or self.moved or self.vanished)


@dataclass(kw_only=True, slots=True)
class _Read:
    """The records of the chosen answers by identity, the newest of each.

    Beside them all identities, also broken ones.
    """

    runs: list[FetchRun] = field(default_factory=list)
    payload_ids: set[Any] = field(default_factory=set)
    found: int = 0
    records: dict[tuple[str, str], Identified] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)
    coverage: Coverage = Coverage.COMPLETE
    until: datetime | None = None
    incremental: bool = False
    dropped: Counter[str] = field(default_factory=Counter)


def compare(source: Source, *, since: datetime | None = None, now: datetime) -> Difference:
    """Read the kept answers of a source again and return the difference; nothing is written.

    The answers are those of the last run that kept any. With `since`, those of all runs since then, back to
    the newest complete one, which supersedes older ones. Raises NothingKept, and any SourceError of the
    parser.
    """
    read = _read_again(source, since=since, now=now)
    known = staged.known(source.pk, read.records)
    result = Difference(
        runs=len(read.runs),
        payloads=len(read.payload_ids),
        found=read.found,
        coverage=read.coverage.value,
        dropped=read.dropped,
    )
    for run in read.runs:
        result.dropped_before.update(run.dropped)
    gone, listed = _gone(source, read, now)
    fresh = [item for identity, item in read.records.items() if identity not in known]
    moves = reconciliation.pair_moves(
        [row.held() for row in gone], [occurrence_of(item.identity, item.record) for item in fresh]
    )
    moved = {move.new: move.old for move in moves}
    _compare(source, read, known, moved, result, now)
    left = {move.old for move in moves}
    titles = _titles([row.identity for row in gone], source)
    result.vanished.extend(
        OccurrenceChange(
            external_id=row.identity[0],
            recurrence_id=row.identity[1],
            title=titles.get(row.identity, row.title_key),
            start=_iso(row.start_at),
        )
        for row in gone
        if row.identity not in left
    )
    result.refused = reconciliation.emptied_refused(
        upcoming=len(gone), records=len(read.records)
    ) or reconciliation.loss_refused(
        upcoming=len(listed), lost=sum(1 for row in gone if row.identity not in left)
    )
    return result


def apply(
    source: Source, *, since: datetime | None = None, now: datetime, accept_loss: bool = False
) -> FetchRun:
    """Ingest the same answers in the usual way, with safety checks, as a run with `requested_by` `replay`.

    Raises NothingKept, AlreadyRunning.
    """
    read = _read_again(source, since=since, now=now)
    with transaction.atomic():
        run = open_run(source, requested_by=REPLAY, now=now, phase=Phase.WAITING)
        run.http = {
            "covers": Covers(coverage=read.coverage, until=read.until, incremental=read.incremental).to_json()
        }
        run.save(update_fields=["http"])
        for earlier in read.runs:  # newest first: of two records of one occurrence the first is used
            for row in payloads.of_run_listed(earlier):
                again = RawPayload(
                    url=row.url,
                    content=b"",
                    content_type=row.content_type,
                    status=row.status,
                    fetched_at=row.fetched_at,
                )
                payloads.keep_again(run, again, row, now=now)
    return process_run(run, now=now, accept_loss=accept_loss)


# --- reading ---


def _read_again(source: Source, *, since: datetime | None, now: datetime) -> _Read:
    connector, params = configured(source.connector, source.config), params_for(source, now=now)
    read = _Read()
    for run in _kept_runs(source, since):
        coverage = _read_run(run, connector, params, read)
        if since is None or coverage is Coverage.COMPLETE:
            break
    if not read.runs:
        raise NothingKept(
            f"Of {source.slug} no answer is kept{f' since {since:%Y-%m-%d %H:%M}' if since else ''}."
        )
    return read


def _kept_runs(source: Source, since: datetime | None) -> Iterator[FetchRun]:
    """Ended runs with payloads of their own, the newest first, without replays, which have others' payloads."""
    kept = Exists(Payload.objects.filter(source_id=source.pk, run_id=OuterRef("pk")))
    rows = FetchRun.objects.filter(kept, source=source, state__in=_ENDED).exclude(requested_by=REPLAY)
    if since is not None:
        rows = rows.filter(started_at__gte=since)
    yield from rows.order_by("-started_at", "-id")


def _read_run(run: FetchRun, connector: Connector, params: FetchParams, read: _Read) -> Coverage:
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


def _take(item: Any, row: Payload, read: _Read) -> None:
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


# --- comparing ---


def _gone(source: Source, read: _Read, now: datetime) -> tuple[list[Known], list[Known]]:
    """The listed, upcoming and covered rows that were not read, and all listed upcoming rows.

    For a partial answer only rows that were read.
    """
    listed = [row for row in staged.listed(source.pk, now=now) if not row.missing]
    absent = [row for row in listed if row.identity not in read.seen]
    if read.coverage is Coverage.PARTIAL:
        theirs = set(
            StagedEvent.objects.filter(
                pk__in=[row.id for row in absent], payload_id__in=read.payload_ids
            ).values_list("pk", flat=True)
        )
        return [row for row in absent if row.id in theirs], listed
    return [
        row for row in absent if read.until is None or row.start_at is None or row.start_at < read.until
    ], listed


def _compare(
    source: Source,
    read: _Read,
    known: Mapping[tuple[str, str], Known],
    moved: Mapping[Any, Any],
    result: Difference,
    now: datetime,
) -> None:
    """Refine batch by batch, as a run would, and compare with the stored events."""
    context = context_for(source, now=now)
    lookups = DatabaseLookups(
        source_id=source.pk, held={key for key, row in known.items() if row.event_id} | set(moved)
    )
    items = list(read.records.values())
    for start in range(0, len(items), _BATCH):
        batch = items[start : start + _BATCH]
        held = _normalized(source, [moved.get(item.identity, item.identity) for item in batch])
        for item, draft in zip(
            batch, pipeline.refine_batch([item.record for item in batch], context, lookups), strict=True
        ):
            _sort(item, draft, held, moved, result)


def _sort(
    item: Identified,
    draft: Draft,
    held: Mapping[Any, dict[str, Any]],
    moved: Mapping[Any, Any],
    result: Difference,
) -> None:
    former = moved.get(item.identity, item.identity)
    before, after = held.get(former), draft.event.to_json()
    told = OccurrenceChange(
        external_id=item.identity[0],
        recurrence_id=item.identity[1],
        title=draft.event.title or item.record.title[:300],
    )
    if draft.dropped:
        result.dropped[draft.dropped] += 1
        if before is not None:
            result.vanished.append(replace(told, reason=draft.dropped))
        return
    told = replace(told, start=str(after["start"] or ""))
    if before is None:
        result.new.append(told)
        return
    ignored = _NO_FACTS if former == item.identity else _NO_FACTS | {"external_id", "recurrence_id"}
    fields = {
        name: (before.get(name), value)
        for name, value in after.items()
        if name not in ignored and before.get(name) != value
    }
    if former != item.identity:
        result.moved.append(replace(told, fields=fields, was=" ".join(former).strip()))
    elif fields:
        result.changed.append(replace(told, fields=fields))
    else:
        result.same += 1


def _normalized(
    source: Source, identities: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, Any]]:
    """The stored normalized event of each identity. Listings keep it for good, staged rows for a month."""
    rows = Listing.objects.filter(origin=source.pk, external_id__in={identity[0] for identity in identities})
    return {
        (external, recurrence): facts
        for external, recurrence, facts in rows.values_list("external_id", "recurrence_id", "facts")
    }


def _titles(identities: Sequence[tuple[str, str]], source: Source) -> dict[tuple[str, str], str]:
    rows = StagedEvent.objects.filter(source=source, external_id__in={identity[0] for identity in identities})
    return {
        (external, recurrence): title
        for external, recurrence, title in rows.values_list("external_id", "recurrence_id", "title")
    }


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
