"""Process a run: from its kept payloads to recorded events and counts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.timezone import now as clock

from events import services as events
from pipeline import tracing
from pipeline.connectors import registry
from pipeline.connectors.configuration import configured
from pipeline.contract.connector import Page
from pipeline.contract.enums import Coverage
from pipeline.contract.lookups import Identity
from pipeline.garbage import collected_by_batch
from pipeline.refinement.line_patterns import observed
from sources.enums import Phase, RunState, StagedState
from sources.ingest import dead_letters, places, read, reconciliation, safety_checks, staged
from sources.ingest.dead_letters import DeadLetters
from sources.ingest.pages import pages_of
from sources.ingest.read import Pages
from sources.ingest.staged import Identified, Known
from sources.ingest.tally import Result, Tally
from sources.models import FetchRun, Payload
from sources.monitoring.metrics import open_counts
from sources.queries import pauses
from sources.runs.presence import at_work
from sources.runs.progress import Watch, enter_phase
from sources.runs.settle import Attempt
from sources.setup import usual
from sources.setup.context import context_for, origin_of, params_for, source_trust_of

if TYPE_CHECKING:
    from sources.ingest.parallel import Batch, Refining
    from sources.ingest.record import Recorder

#: Value of `requested_by` for runs that read an earlier answer again: such a run proves nothing about missing
#: events.
SERIES, REPLAY = "series", "replay"


def process_run(run: FetchRun, *, now: datetime | None = None, accept_loss: bool = False) -> FetchRun:
    """The second half of a run: read the kept payloads, refine, match, judge and record; then settle the run.

    A run that is paused, over, or taken by another worker is left alone.
    """
    with at_work(run):
        return _process(run, now=now, accept_loss=accept_loss)


def _process(run: FetchRun, *, now: datetime | None, accept_loss: bool) -> FetchRun:
    if pauses.active_pauses().why(run.source, pauses.PROCESS) or not enter_phase(
        run, Phase.PROCESSING, out_of=(Phase.QUEUED, Phase.WAITING)
    ):
        return run
    moment = now or clock()
    with (
        tracing.span("process", run=str(run.id), source=run.source.slug),
        Attempt(run, http=run.http) as attempt,
    ):
        connector = configured(run.source.connector, run.source.config)
        params = params_for(run.source, now=run.as_of or moment)
        letters = dead_letters.of_source(run.source_id)

        def pages() -> Iterator[tuple[Payload, Page]]:
            return _limited(pages_of(run, connector, params, letters), run.params.get("limit"))

        watch = Watch(run)
        if is_careful(run):
            from sources.ingest.probe import probe  # noqa: PLC0415 - costly

            probe(run, connector, params, letters, beat=watch.check)
        result = process_pages(run, pages, letters=letters, now=moment, accept_loss=accept_loss, watch=watch)
        attempt.close(result.state, covered_at=moment)
    return run


def process_pages(
    run: FetchRun,
    pages: Pages,
    *,
    now: datetime,
    letters: DeadLetters | None = None,
    accept_loss: bool = False,
    watch: Watch | None = None,
) -> Result:
    """Process the pages of a run and set its counts.

    `watch` gets the progress and may end the run by an exception. Records in `letters`, the source's dead
    letters (read from the database where None), are skipped. If an earlier process of the run was lost, child
    processes do all refinement. In order:

    1. read all records, give each its identity, and count those that cannot be read;
    2. compare with the staged rows: the same hash means nothing to do;
    3. pair vanished records with new ones (moves). A run that would lose or retitle too many events, or finds
       none where there were some, is quarantined and not applied;
    4. refine, match, judge and record the rest in batches;
    5. mark as missing what an answer covers and does not list, and as gone what two answers in a row left
       out.
    """
    with collected_by_batch() as collect:
        letters = letters or dead_letters.of_source(run.source_id)
        run.as_of = run.as_of or now
        work = _Processing(run, letters, watch or Watch(run), collect, now)
        return work.process(pages, accept_loss=accept_loss)


class _Processing:
    """The processing of one run."""

    def __init__(
        self,
        run: FetchRun,
        letters: DeadLetters,
        watch: Watch,
        collect: Callable[[], object],
        now: datetime,
    ) -> None:
        self.run, self.letters, self.watch, self.collect, self.now = run, letters, watch, collect, now
        self.tally = Tally()
        #: What was missing and is listed again, unchanged.
        self.listed_again: list[Identity] = []
        #: Whether missing events of this source count as cancelled. Their return is then a change for
        #: readers.
        self.calls_off = registry.get(run.source.connector).metadata.missing_means_cancelled

    def process(self, pages: Pages, *, accept_loss: bool) -> Result:
        """The five steps of `process_pages`."""
        run, tally, now = self.run, self.tally, self.now
        found = read.read(run, pages, tally, self.watch.reading)
        listed = read.compare(run, found, now=now)
        moves = reconciliation.pair_moves([row.existing() for row in listed.gone], found.new)
        reason = "" if accept_loss else safety_checks.refusal(run, found, listed, moves)
        if reason:
            return safety_checks.quarantine(run, found, listed, moves, tally, reason, now=now)
        self._record(read.records(found, pages, tally), moves)
        tally.steps = {**tally.steps, **places.take_in(run, found.places, found.weather, now=now)}
        tally.missing = self._settle_missing(listed.gone, moves)
        tally.moved = len(moves)
        safety_checks.withdraw_quarantined(run, now=now)
        dead_letters.clear_retried(run, now=now)
        return self._finish()

    def _record(self, records: Iterable[Identified], moves: Sequence[reconciliation.Move]) -> None:
        """Refine and record new and changed records, in batches."""
        from pipeline.refinement.pipeline import add_up  # noqa: PLC0415 - costly
        from sources.ingest.record import Recorder  # noqa: PLC0415 - costly

        source, origin = self.run.source, origin_of(self.run.source)
        staged.follow_moves(source.id, origin, moves, now=self.now)
        recorder = Recorder(
            run=self.run,
            origin=origin,
            source_trust=source_trust_of(source, run_id=self.run.id),
            context=replace(context_for(source, now=self.now), read_at=self.run.as_of),
            tally=self.tally,
            moved=staged.events_of_moved(source.id, moves),
            now=self.now,
        )
        for batch, (drafts, counts, ahead) in self._refined(recorder, self._changed(records)):
            seconds = {name: one["seconds"] for name, one in counts.items()}
            with tracing.span("batch", ago=sum(seconds.values()), records=len(batch.items)):
                tracing.steps(seconds)
                recorder.record(batch.items, drafts, batch.known, ahead)
            add_up(recorder.steps, counts)
            self.watch.counted(self.tally)
            self.collect()
        again = self.listed_again + recorder.seen
        if again:
            staged.listed_again(source.id, again, run=self.run)
            events.mark_seen(again, origin=origin, now=self.now)
        self.tally.steps = recorder.steps

    def _refined(
        self, recorder: "Recorder", changed: "Iterator[Batch]"
    ) -> "Iterator[tuple[Batch, Refining]]":
        """Yield the batches with their refinement. The first batch teaches the source's usual categories and lines."""
        from pipeline.refinement.steps.categorize import acquainted  # noqa: PLC0415 - costly
        from sources.ingest.parallel import refined_ahead  # noqa: PLC0415 - costly

        first = next(changed, None)
        if first is None:
            return
        known = recorder.context
        records = [item.record for item in first.items]
        recorder.context = observed(records, acquainted(records, known))
        if recorder.context is not known:
            usual.keep(self.run.source, recorder.context)
        yield from refined_ahead(
            chain([first], changed),
            lambda one: (*recorder.refine(one.items, one.known), None),
            lambda one: recorder.refine_and_look(one.items, one.known),
            careful=is_careful(self.run),
            beat=self.watch.check,
        )

    def _changed(self, records: Iterable[Identified]) -> "Iterator[Batch]":
        """Yield batches of new and changed records. Count the others."""
        from sources.ingest.parallel import Batch  # noqa: PLC0415 - costly

        size = settings.PIPELINE_BATCH_SIZE
        waiting = Batch()
        stream = iter(records)
        while batch := list(islice(stream, size)):
            known = staged.known(self.run.source_id, (item.identity for item in batch))
            changed = [item for item in batch if not self._is_done(item, known.get(item.identity))]
            self.watch.counted(self.tally)
            if waiting.items and len(waiting.items) + len(changed) > size:
                yield waiting
                waiting = Batch()
            waiting.items += changed
            waiting.known |= {
                item.identity: known[item.identity] for item in changed if item.identity in known
            }
        if waiting.items:
            yield waiting

    def _is_done(self, item: Identified, row: Known | None) -> bool:
        """Whether a record needs no work: it is a dead letter, or unchanged. Counts it in that case."""
        if why := self.letters.why(item):
            self.tally.dropped[why] += 1
        elif row is None or self._is_changed(item, row):
            return False
        elif row.state == StagedState.DROPPED:
            self.tally.dropped[row.drop_reason] += 1
            return True
        else:
            self.tally.unchanged += 1
            self.tally.kept += 1
        if row is not None and row.missing:
            self.listed_again.append(item.identity)
        return True

    def _is_changed(self, item: Identified, row: Known) -> bool:
        """Whether a record differs from its row, or must be recorded again."""
        was_gone = row.misses >= reconciliation.MISSES_UNTIL_GONE
        return not _same(row, item) or (self.calls_off and was_gone) or self.run.requested_by == REPLAY

    def _settle_missing(self, gone: Sequence[Known], moves: Sequence[reconciliation.Move]) -> int:
        """Count the listings that the answer left out.

        Returns how many are newly missing. A run that reads an earlier answer again marks what that answer
        never listed, but counts nothing twice.
        """
        moved = {move.old for move in moves}
        again = self.run.requested_by in (SERIES, REPLAY)
        rows = [row for row in gone if row.identity not in moved and not (again and row.missing)]
        if not rows:
            return 0
        origin = origin_of(self.run.source)
        for_good = staged.missed(rows, now=self.now)
        events.mark_missing([row.identity for row in rows], origin=origin, now=self.now)
        if for_good:
            identities = [row.identity for row in for_good]
            events.mark_gone_listings(identities, origin=origin, cancelled=self.calls_off, now=self.now)
        return sum(1 for row in rows if not row.missing)

    def _finish(self) -> Result:
        run, tally = self.run, self.tally
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


def is_careful(run: FetchRun) -> bool:
    """Whether an earlier process of this run, or of the same submitted payload, was lost."""
    return int(run.progress.get("tries", 0)) > 0 or int(run.http.get("tries", 0)) > 1


def _same(row: Known, item: Identified) -> bool:
    """Whether nothing is to do: the same content, and already an event or past for good."""
    if row.raw_hash != item.raw_hash:
        return False
    return row.state in (StagedState.RECORDED, StagedState.DUPLICATE) or (
        row.state == StagedState.DROPPED and row.drop_reason == "past"
    )


def _limited(pages: Iterable[tuple[Payload, Page]], limit: int | None) -> Iterator[tuple[Payload, Page]]:
    """The pages, with at most `limit` records in all."""
    if not limit:
        yield from pages
        return
    left = iter(range(limit))
    for row, page in pages:
        yield (
            row,
            replace(
                page, records=(record for record, _ in zip(islice(page.records, limit), left, strict=False))
            ),
        )
