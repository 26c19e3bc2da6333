"""A run from its pages to its counts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice

from django.conf import settings

from events import services as events
from pipeline.connectors import registry
from pipeline.contract.enums import Coverage
from pipeline.refinement import pipeline
from pipeline.refinement.steps.categorize import acquainted
from sources.enums import RunState, StagedState
from sources.ingest import dead_letters, places, reconciliation, safety_checks, staged
from sources.ingest import read as reading
from sources.ingest.dead_letters import Aside
from sources.ingest.garbage import collected_by_batch
from sources.ingest.parallel import Batch, refined_ahead
from sources.ingest.reconciliation import Identity
from sources.ingest.record import Recorder
from sources.ingest.staged import Identified, Known
from sources.ingest.tally import Result, Tally
from sources.models import FetchRun
from sources.monitoring.metrics import open_counts
from sources.runs.progress import Watch
from sources.setup.context import context_for, origin_of, standing_of

#: Who asks for a run that reads an answer again which was taken in before: it tells nothing new of what is
#: missing.
SERIES, REPLAY = "series", "replay"


def process_pages(
    run: FetchRun,
    pages: reading.Pages,
    *,
    now: datetime,
    held: Aside | None = None,
    accept_loss: bool = False,
    watch: Watch | None = None,
) -> Result:
    """Process the pages of a run and give it its counts; `watch` is told how far it is, and may end it by an
    exception; what is `held` aside (asked for where it is not given) is not tried. Where its process ended
    before, this one leaves all refining to children. In order:

    1. read all records, give each its identity, and count what cannot be read;
    2. compare with what is held: same hash means nothing to do;
    3. pair vanished with new ones (moves), and refuse a run that would lose or retitle too much, or finds
       nothing where there was something: it is quarantined, nothing of it is applied;
    4. refine, match, judge and record the rest in batches;
    5. call missing what an answer covers and does not list, and gone what two in a row left out.
    """
    with collected_by_batch() as collect:
        held = held or dead_letters.of_source(run.source_id)
        return _process(
            run, pages, collect, held, now=now, accept_loss=accept_loss, watch=watch or Watch(run)
        )


def _process(
    run: FetchRun,
    pages: reading.Pages,
    collect: Callable[[], object],
    held: Aside,
    *,
    now: datetime,
    accept_loss: bool,
    watch: Watch,
) -> Result:
    tally = Tally()
    read = reading.read(run, pages, tally, watch)
    listed = safety_checks.compare(run, read, now=now)
    moves = reconciliation.pair_moves([row.held() for row in listed.gone], read.new)
    reason = "" if accept_loss else safety_checks.refusal(run, read, listed, moves)
    if reason:
        return safety_checks.quarantine(run, read, tally, reason, now=now)
    _record(run, reading.records(read, pages, tally), moves, tally, watch, collect, held, now=now)
    staged.write_folded(run, read.folded, now=now)
    tally.steps = {**tally.steps, **places.take_in(run, read.places, read.weather, now=now)}
    tally.missing = _settle_missing(run, listed.gone, moves, now=now)
    tally.moved = len(moves)
    safety_checks.withdraw_quarantined(run, now=now)
    dead_letters.settle(run, now=now)
    return _finish(run, tally)


# --- batches ---


def _record(
    run: FetchRun,
    records: Iterable[Identified],
    moves: Sequence[reconciliation.Move],
    tally: Tally,
    watch: Watch,
    collect: Callable[[], object],
    held: Aside,
    *,
    now: datetime,
) -> None:
    source = run.source
    origin = origin_of(source)
    staged.follow_moves(source.id, origin, moves, now=now)
    moved_events = staged.events_of_moved(source.id, moves)
    recorder = Recorder(
        run=run,
        origin=origin,
        standing=standing_of(source),
        context=context_for(source, now=now),
        tally=tally,
        moved=moved_events,
        now=now,
    )
    again: list[Identity] = []
    changed = _changed(run, records, again, tally, watch, held)
    first = next(changed, None)
    if first is not None:
        recorder.context = acquainted([item.record for item in first.items], recorder.context)
        changed = chain([first], changed)
    refined = refined_ahead(
        changed,
        lambda one: (*recorder.refine(one.items, one.known), None),
        lambda one: recorder.refine_and_look(one.items, one.known),
        careful=is_careful(run),
        beat=watch.check,
    )
    for batch, (drafts, counts, found) in refined:
        recorder.record(batch.items, drafts, batch.known, found)
        pipeline.add_up(recorder.steps, counts)
        watch.counted(tally)
        collect()
    again += recorder.seen
    if again:
        staged.listed_again(source.id, again, run=run)
        events.mark_seen(again, origin=origin, now=now)
    tally.steps = recorder.steps


def _changed(
    run: FetchRun,
    records: Iterable[Identified],
    again: list[Identity],
    tally: Tally,
    watch: Watch,
    held: Aside,
) -> Iterator[Batch]:
    """Batches of what is new or changed; the rest is counted, what is held aside too, and what was missing
    and is back goes to `again`."""
    size = settings.PIPELINE_BATCH_SIZE
    calls_off = _calls_off(run)
    waiting = Batch()
    for batch in _batches(records, size):
        known = staged.known(run.source_id, (item.identity for item in batch))
        changed = []
        for item in batch:
            row = known.get(item.identity)
            if why := held.why(item):
                tally.dropped[why] += 1
                if row is not None and row.missing:
                    again.append(item.identity)
            elif (
                row is None
                or not _same(row, item)
                or (calls_off and _was_gone(row))
                or run.requested_by == REPLAY
            ):
                changed.append(item)
            elif row.state == StagedState.DROPPED:
                tally.dropped[row.drop_reason] += 1
            else:
                tally.unchanged += 1
                tally.kept += 1
                if row.missing:
                    again.append(item.identity)
        watch.counted(tally)
        if waiting.items and len(waiting.items) + len(changed) > size:
            yield waiting
            waiting = Batch()
        waiting.items += changed
        waiting.known |= {item.identity: known[item.identity] for item in changed if item.identity in known}
    if waiting.items:
        yield waiting


def _same(row: Known, item: Identified) -> bool:
    """Nothing to do: the same content, already an event, or already known to be past for good."""
    if row.raw_hash != item.raw_hash:
        return False
    return row.state in (StagedState.RECORDED, StagedState.DUPLICATE) or (
        row.state == StagedState.DROPPED and row.drop_reason == "past"
    )


def _was_gone(row: Known) -> bool:
    return row.misses >= reconciliation.MISSES_UNTIL_GONE


def is_careful(run: FetchRun) -> bool:
    """Whether a process that worked on the run, or on what was sent to us as the same run, went away."""
    return int(run.progress.get("tries", 0)) > 0 or int(run.http.get("tries", 0)) > 1


def _calls_off(run: FetchRun) -> bool:
    """Whether what the source leaves out was called off: its return is then more than being listed again."""
    return registry.get(run.source.connector).metadata.missing_means_cancelled


def _batches(records: Iterable[Identified], size: int) -> Iterator[list[Identified]]:
    stream = iter(records)
    while batch := list(islice(stream, size)):
        yield batch


# --- settling and counts ---


def _settle_missing(
    run: FetchRun, gone: Sequence[Known], moves: Sequence[reconciliation.Move], *, now: datetime
) -> int:
    """Count what the answer left out. One that was read before counts for what it never listed, but not a
    second time. Returns how many are missing anew."""
    moved = {move.old for move in moves}
    again = run.requested_by in (SERIES, REPLAY)
    rows = [row for row in gone if row.identity not in moved and not (again and row.missing)]
    if not rows:
        return 0
    origin = origin_of(run.source)
    for_good = staged.missed(rows, now=now)
    events.mark_missing([row.identity for row in rows], origin=origin, now=now)
    if for_good:
        events.mark_gone_listings(
            [row.identity for row in for_good], origin=origin, cancelled=_calls_off(run), now=now
        )
    return sum(1 for row in rows if not row.missing)


def _finish(run: FetchRun, tally: Tally) -> Result:
    tally.give_to(run)
    open_counts().add(
        run.source.slug,
        discovered=tally.discovered,
        merged=tally.merged,
        dropped=tally.dropped,
        steps=tally.steps,
    )
    broken = (
        tally.found
        and not tally.kept
        and sum(tally.dropped.values()) > tally.dropped["past"] + tally.dropped["beyond horizon"]
    )
    state = RunState.PARTIAL if run.coverage == Coverage.PARTIAL or broken else RunState.SUCCESS
    return Result(state=state, tally=tally)
