"""From a run's records to events: identify, compare with what is held, guard, refine, match, judge, record, settle."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from events import services as events
from moderation.enums import ReviewKind
from moderation.services import Filing, file_reviews, withdraw
from places.geography import fold_name
from sources import settlement
from sources.connectors import registry
from sources.enums import Coverage, RunState, SourceType, StagedState
from sources.models import FetchRun, Payload
from sources.records import Dropped, Page, PlaceRecord, RawRecord, WeatherRecord
from sources.services import placing, staging
from sources.services.context import context_for, origin_of, standing_of
from sources.services.covering import Covers
from sources.services.progress import Watch
from sources.services.recording import Recorder
from sources.services.staging import Identified, Known

#: No run holds more records than this; what is beyond is counted and the run is partial.
MAX_RECORDS = 60_000
#: Records that are read between two looks at the run's clock.
_LOOK_EVERY = 500
#: Who asks for a run that reads an answer again which was taken in before: it tells nothing new of what is missing.
SERIES, REPLAY = "series", "replay"


@dataclass(kw_only=True, slots=True)
class Tally:
    """What a run did, as its row and the commands' summary say it."""

    found: int = 0
    kept: int = 0
    approved: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    moved: int = 0
    missing: int = 0
    merged: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    steps: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How processing ended."""

    state: RunState
    tally: Tally
    reason: str = ""


def process_pages(
    run: FetchRun, pages: Iterable[tuple[Payload, Page]], *, now: datetime, accept_loss: bool = False, watch: Watch | None = None
) -> Result:
    """Process the pages of a run and give it its counts; `watch` is told how far it is, and may end it by an exception. In order:

    1. read all records, give each its identity, and count what cannot be read;
    2. compare with what is held: same hash means nothing to do;
    3. pair vanished with new ones (moves), and refuse a run that would lose or retitle too much, or finds nothing where there was something: it is
       quarantined, nothing of it is applied;
    4. refine, match, judge and record the rest in batches;
    5. call missing what an answer covers and does not list, and gone what two in a row left out.
    """
    tally = Tally()
    watch = watch or Watch(run)
    read = _read(run, pages, tally, watch)
    known = staging.known(run.source_id, (item.identity for item in read.records))
    listed = staging.listed(run.source_id, now=now)
    gone = _gone(listed, read, run)
    moves = settlement.pair_moves([row.held() for row in gone], [held_of(item) for item in read.records if item.identity not in known])
    reason = "" if accept_loss else _refusal(run, listed, gone, moves, read, known)
    if reason:
        return _quarantine(run, tally, read, reason, now=now)
    _record(run, read, known, moves, tally, watch, now=now)
    tally.steps = {**tally.steps, **placing.take_in(run, read.places, read.weather, now=now)}
    tally.missing = _settle_missing(run, gone, moves, now=now)
    tally.moved = len(moves)
    _withdraw_quarantined(run, now=now)
    return _finish(run, tally)


# --- 1: reading ---


@dataclass(kw_only=True, slots=True)
class _Read:
    """All records of a run, and the identities that were seen, broken ones included: what is merely broken today is not missing.

    `kept` has those of the records alone: a version that was dropped (an older one, a broken one) must not shut out the one that can be read.
    """

    records: list[Identified] = field(default_factory=list)
    kept: set[tuple[str, str]] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)
    broken_series: set[str] = field(default_factory=set)
    incremental: bool = False
    places: list[PlaceRecord] = field(default_factory=list)
    weather: list[WeatherRecord] = field(default_factory=list)


def _read(run: FetchRun, pages: Iterable[tuple[Payload, Page]], tally: Tally, watch: Watch) -> _Read:
    read = _Read()
    covers = Covers()
    is_whole = not any(run.params.values())  # what was asked for a category or up to a limit lacks the rest
    for payload, page in pages:
        for item in page.records:
            tally.found += 1
            if tally.found % _LOOK_EVERY == 0:
                watch.reading(tally.found)
            if isinstance(item, Dropped):
                _drop(item, read, tally)
            elif len(read.records) >= MAX_RECORDS:
                tally.dropped["too many records in one run"] += 1
                is_whole = False
            else:
                _keep(item, payload, read, tally)
        read.places += page.places
        read.weather += page.weather
        covers = covers.and_page(page)
    if "covers" in run.http:
        covers = Covers.from_json(run.http["covers"])
    covers = covers if is_whole else covers.partly()
    read.incremental = covers.incremental
    run.coverage, run.covered_until = covers.coverage.value, covers.until
    return read


def _drop(item: Dropped, read: _Read, tally: Tally) -> None:
    tally.dropped[item.reason] += 1
    if item.external_id:
        identity = staging.bounded_identity(item.external_id, item.recurrence_id)
        read.seen.add(identity)
        if not item.recurrence_id:
            read.broken_series.add(identity[0])


def _keep(item: RawRecord, payload: Payload, read: _Read, tally: Tally) -> None:
    identified = staging.identify(item, payload_month=payload.month, payload_id=payload.id)
    if identified.identity in read.kept:
        tally.dropped["listed twice"] += 1
        return
    read.kept.add(identified.identity)
    read.seen.add(identified.identity)
    read.records.append(identified)


# --- 3: what a run means for what was listed ---


def _gone(listed: Sequence[Known], read: _Read, run: FetchRun) -> list[Known]:
    """Listed rows that the answer covers and does not have."""
    if run.coverage == Coverage.PARTIAL:
        return []
    return [row for row in listed if row.identity not in read.seen and row.identity[0] not in read.broken_series and _covers(run, row)]


def _covers(run: FetchRun, row: Known) -> bool:
    return run.covered_until is None or row.start_at is None or row.start_at < run.covered_until


def held_of(item: Identified) -> settlement.Held:
    """A record as settlement compares it."""
    record = item.record
    start = record.start if isinstance(record.start, datetime) and record.start.tzinfo else None
    return settlement.Held(
        identity=item.identity,
        title=fold_name(record.title),
        start=start,
        venue=fold_name(record.venue.name),
        url=record.url,
        series=record.recurrence.series_id if record.recurrence else "",
    )


def _refusal(
    run: FetchRun,
    listed: Sequence[Known],
    gone: Sequence[Known],
    moves: Sequence[settlement.Move],
    read: _Read,
    known: dict[tuple[str, str], Known],
) -> str:
    moved = {move.old for move in moves}
    there = [row for row in listed if not row.missing]
    lost = sum(1 for row in gone if not row.missing and row.identity not in moved)
    feeding = [(row, item) for item in read.records if (row := known.get(item.identity)) is not None and row.event_id]
    retitled = sum(settlement.is_another_title(row.title_key, fold_name(item.record.title)) for row, item in feeding)
    return (
        settlement.emptied_refused(upcoming=_expected(run, there, read), records=len(read.records))
        or settlement.loss_refused(upcoming=len(there), lost=lost)
        or settlement.retitling_refused(known=len(feeding), retitled=retitled)
    )


def _expected(run: FetchRun, there: Sequence[Known], read: _Read) -> int:
    """How many listed events an answer without any puts in doubt: none where it tells only what is new, what was asked for, or what someone sent."""
    a_part = run.coverage == Coverage.PARTIAL and (read.incremental or any(run.params.values()))
    if a_part or run.source.type in (SourceType.WEBHOOK, SourceType.SUBMISSION):
        return 0
    return sum(1 for row in there if _covers(run, row) and row.identity not in read.seen and row.identity[0] not in read.broken_series)


def _quarantine(run: FetchRun, tally: Tally, read: _Read, reason: str, *, now: datetime) -> Result:
    """Keep the run aside: nothing of it is applied until a person says so (or `load --accept-loss`). An older one of the source is moot now."""
    _withdraw_quarantined(run, now=now)
    tally.dropped["quarantined"] += len(read.records)
    run.error_code, run.error_detail = "quarantined", f"{reason}. Nothing of this run was applied."
    file_reviews(
        [
            Filing(
                kind=ReviewKind.RUN,
                object_id=run.id,
                title=f"{run.source.name}: {reason}",
                reasons=(reason,),
                evidence={"source": run.source.slug, "run": str(run.id), "found": tally.found, "reason": reason},
                city_id=run.source.city_id,
                priority=50,
            )
        ]
    )
    _give_counts(run, tally)
    return Result(state=RunState.QUARANTINED, tally=tally, reason=reason)


def _withdraw_quarantined(run: FetchRun, *, now: datetime) -> None:
    """A newer answer was understood or waits itself: a person need not decide on the older ones."""
    older = FetchRun.objects.filter(source_id=run.source_id, state=RunState.QUARANTINED, started_at__lte=run.started_at).exclude(pk=run.pk)
    ids = list(older.order_by("-started_at").values_list("pk", flat=True)[:100])
    if ids:
        withdraw(ReviewKind.RUN, ids, now=now)


# --- 4: batches ---


def _record(
    run: FetchRun,
    read: _Read,
    known: dict[tuple[str, str], Known],
    moves: Sequence[settlement.Move],
    tally: Tally,
    watch: Watch,
    *,
    now: datetime,
) -> None:
    source = run.source
    origin = origin_of(source)
    staging.follow_moves(source.id, origin, moves, now=now)
    moved_events = staging.events_of_moved(source.id, moves)
    recorder = Recorder(
        run=run, origin=origin, standing=standing_of(source), context=context_for(source, now=now), tally=tally, moved=moved_events, now=now
    )
    again: list[Identified] = []
    calls_off = _calls_off(run)
    for batch in _batches(read.records, settings.PIPELINE_BATCH_SIZE):
        changed = []
        for item in batch:
            row = known.get(item.identity)
            if row is None or not _same(row, item) or (calls_off and _was_gone(row)) or run.requested_by == REPLAY:
                changed.append(item)
            elif row.state == StagedState.DROPPED:
                tally.dropped[row.drop_reason] += 1
            else:
                tally.unchanged += 1
                tally.kept += 1
                if row.missing:
                    again.append(item)
        recorder.record(changed, known)
        watch.counted(tally)
    if again:
        staging.listed_again(source.id, [item.identity for item in again], run=run)
        events.mark_seen([item.identity for item in again], origin=origin, now=now)
    tally.steps = recorder.steps


def _same(row: Known, item: Identified) -> bool:
    """Nothing to do: the same content, already an event, or already known to be past for good."""
    if row.raw_hash != item.raw_hash:
        return False
    return row.state in (StagedState.RECORDED, StagedState.DUPLICATE) or (row.state == StagedState.DROPPED and row.drop_reason == "past")


def _was_gone(row: Known) -> bool:
    return row.misses >= settlement.MISSES_UNTIL_GONE


def _calls_off(run: FetchRun) -> bool:
    """Whether what the source leaves out was called off: its return is then more than being listed again."""
    return registry.get(run.source.connector).metadata.missing_means_cancelled


def _batches(records: list[Identified], size: int) -> Iterator[list[Identified]]:
    """Slices in order; what was handed out is let go, so that memory falls as the run proceeds."""
    records.reverse()
    while records:
        batch = records[-size:][::-1]
        del records[-size:]
        yield batch


# --- 5: settling and counts ---


def _settle_missing(run: FetchRun, gone: Sequence[Known], moves: Sequence[settlement.Move], *, now: datetime) -> int:
    """Count what the answer left out. One that was read before counts for what it never listed, but not a second time. Returns how many are missing anew."""
    moved = {move.old for move in moves}
    again = run.requested_by in (SERIES, REPLAY)
    rows = [row for row in gone if row.identity not in moved and not (again and row.missing)]
    if not rows:
        return 0
    origin = origin_of(run.source)
    for_good = staging.missed(rows, now=now)
    events.mark_missing([row.identity for row in rows], origin=origin, now=now)
    if for_good:
        events.mark_gone_listings([row.identity for row in for_good], origin=origin, cancelled=_calls_off(run), now=now)
    return sum(1 for row in rows if not row.missing)


def _finish(run: FetchRun, tally: Tally) -> Result:
    _give_counts(run, tally)
    broken = tally.found and not tally.kept and sum(tally.dropped.values()) > tally.dropped["past"] + tally.dropped["beyond horizon"]
    state = RunState.PARTIAL if run.coverage == Coverage.PARTIAL or broken else RunState.SUCCESS
    return Result(state=state, tally=tally)


def _give_counts(run: FetchRun, tally: Tally) -> None:
    run.events_found, run.events_processed, run.events_approved = tally.found, tally.kept, tally.approved
    run.new, run.changed, run.unchanged = tally.new, tally.changed, tally.unchanged
    run.moved, run.missing, run.merged = tally.moved, tally.missing, tally.merged
    run.dropped, run.steps = dict(tally.dropped), tally.steps
