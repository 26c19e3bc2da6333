"""Record one batch of identified records.

It is refined without a transaction, then matched, judged and recorded in one. That transaction holds the
locks of all cities of the batch: one transaction per city would make the number of queries depend on the
number of cities.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.db import DataError, IntegrityError, connection, transaction

from events import services as events
from events.enums import Publication
from events.models import Origin
from events.records import Entry, Outcome, Recorded
from moderation.queries import standing_opt_outs
from moderation.rules import SourceTrust
from moderation.services import judge
from pipeline import tracing
from pipeline.budget import unbroken
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.lookups import Identity
from pipeline.matching.batch import wanted_of
from pipeline.refinement import pipeline
from places.services import WantedPlace, ensure_places
from sources.enums import StagedState
from sources.ingest import dead_letters, opt_outs, reviews, staged
from sources.ingest.locks import lock_cities
from sources.ingest.lookups import DatabaseLookups
from sources.ingest.match import Refined, entries_of, existing_events, mismatches
from sources.ingest.staged import Identified, Known
from sources.ingest.staged_row import refused_row, staged_row
from sources.ingest.tally import Tally
from sources.models import FetchRun, StagedEvent
from sources.queries.alike import Ahead, look_ahead

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, slots=True)
class Recorder:
    """Records the batches of one run.

    `moved` maps occurrences whose identity changed to their events. `steps` sums the counts of each step.
    """

    run: FetchRun
    origin: Origin
    source_trust: SourceTrust
    context: SourceContext
    tally: Tally
    moved: Mapping[Identity, UUID]
    now: datetime
    steps: dict[str, Any] = field(default_factory=dict)
    #: Identities of dead letters that have an event: it stays listed.
    seen: list[Identity] = field(default_factory=list)

    def refine(
        self, items: Sequence[Identified], known: Mapping[Identity, Known]
    ) -> tuple[list[Draft], dict[str, Any]]:
        """A draft for each record of a batch, and the counts of each step.

        The number of queries does not depend on the batch's length.
        """
        lookups = self._lookups(known)
        counts: dict[str, Any] = {}
        with connection.execute_wrapper(_unbroken):
            return pipeline.refine_batch(
                [item.record for item in items], self.context, lookups, counts
            ), counts

    def refine_and_look(
        self, items: Sequence[Identified], known: Mapping[Identity, Known]
    ) -> tuple[list[Draft], dict[str, Any], Ahead]:
        """Like `refine`, with a lookup of the events that may match; for a child process."""
        drafts, counts = self.refine(items, known)
        return drafts, counts, look_ahead([wanted_of(draft) for draft in drafts if not draft.dropped])

    def record(
        self,
        items: Sequence[Identified],
        drafts: Sequence[Draft],
        known: Mapping[Identity, Known],
        ahead: Ahead | None = None,
    ) -> None:
        """Record a refined batch. The number of queries does not depend on its length."""
        lookups = self._lookups(known, ahead)
        ready: list[Refined] = []
        dropped: list[StagedEvent] = []
        late = []
        standing = standing_opt_outs()
        for item, refined in zip(items, drafts, strict=True):
            wish = opt_outs.reason(refined, self.run.source_id, standing)
            draft = replace(refined, dropped=wish) if wish and not refined.dropped else refined
            one = Refined(item=item, draft=draft)
            if not draft.dropped:
                ready.append(one)
                continue
            self.tally.dropped[draft.dropped] += 1
            is_late = dead_letters.is_dead_letter(draft.dropped)
            if is_late:
                late.append((item, draft.dropped))
            if not (is_late and self._stays(one, known, dropped)):
                dropped.append(self._staged(one, state=StagedState.DROPPED, drop_reason=draft.dropped))
        staged.write(dropped)
        if late:
            dead_letters.add_records(self.run, late, now=self.now)
        if ready:
            self._record_halving(ready, known, lookups)

    def _stays(self, one: Refined, known: Mapping[Identity, Known], rows: list[StagedEvent]) -> bool:
        """Whether a dead letter has an event. The event then stays as it is, and listed."""
        identity = one.item.identity
        if identity in self.moved:
            row = self._staged(one, state=StagedState.RECORDED)
            row.event_id, row.raw_hash = self.moved[identity], ""
            rows.append(row)
        elif identity not in known or not known[identity].event_id:
            return False
        self.seen.append(identity)
        return True

    def _lookups(self, known: Mapping[Identity, Known], ahead: Ahead | None = None) -> DatabaseLookups:
        held = {key for key, row in known.items() if row.event_id} | set(self.moved)
        return DatabaseLookups(source_id=self.run.source_id, held=held, ahead=ahead)

    def _record_halving(
        self, batch: list[Refined], known: Mapping[Identity, Known], lookups: DatabaseLookups
    ) -> None:
        """Record a batch.

        On an integrity error halve it until the bad row is found. That row is dropped with its reason; the
        others are recorded.
        """
        try:
            with tracing.span("transaction", records=len(batch)), transaction.atomic():
                self._record_batch(batch, known, lookups)
        except (IntegrityError, DataError) as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                self._record_halving(batch[:middle], known, lookups)
                self._record_halving(batch[middle:], known, lookups)
                return
            reason = "refused by the database"
            log.warning(
                "record_refused",
                run=str(self.run.id),
                external_id=batch[0].item.identity[0],
                error=str(error),
            )
            self.tally.dropped[reason] += 1
            staged.write([refused_row(self._staged(batch[0], state=StagedState.FAILED, drop_reason=reason))])

    def _record_batch(
        self, batch: list[Refined], known: Mapping[Identity, Known], lookups: DatabaseLookups
    ) -> None:
        lock_cities({one.draft.city for one in batch})
        with self._step("place", len(batch)):
            batch = self._with_places(batch)
        with self._step("match", len(batch)):
            existing = existing_events([one.item.identity for one in batch], self.origin, self.moved)
            entries = entries_of(batch, existing, self.context, lookups)
        with self._step("record", len(batch)):
            self._write(batch, entries, known)

    @contextmanager
    def _step(self, name: str, taken: int) -> Iterator[None]:
        """Count the work within the transaction as a step, like the steps before it."""
        begun = time.perf_counter()
        with tracing.span(f"step {name}", records=taken):
            yield
        pipeline.add_up(
            self.steps, {name: {"taken": taken, "dropped": 0, "seconds": time.perf_counter() - begun}}
        )

    def _write(
        self, batch: Sequence[Refined], entries: Sequence[Entry], known: Mapping[Identity, Known]
    ) -> None:
        """Judge and record the entries, file reviews, and store the state of each record."""
        recorded = events.record_events(
            entries,
            origin=self.origin,
            judge=partial(judge, source_trust=self.source_trust),
            now=self.now,
            fits=partial(mismatches, context=self.context),
            beside=partial(self._stage, batch, entries),
        )
        by_event = {row.event_id: row for row in recorded}
        reviews.file(recorded, reviews.Reporter(source=self.run.source, run=str(self.run.id)), now=self.now)
        for one, entry in zip(batch, entries, strict=True):
            self._count(one.item.identity, by_event[entry.event_id], entry, known)

    def _stage(self, batch: Sequence[Refined], entries: Sequence[Entry]) -> None:
        """Store the state of each record."""
        rows = []
        for one, entry in zip(batch, entries, strict=True):
            state = StagedState.DUPLICATE if entry.merged else StagedState.RECORDED
            row = self._staged(one, state=state, as_json=entry.as_json)
            row.event_id = entry.event_id
            row.duplicate_of_id = entry.event_id if entry.merged else None
            rows.append(row)
        staged.write(rows)

    # --- places ---

    def _with_places(self, batch: list[Refined]) -> list[Refined]:
        wanted = [self._wanted_place(one) for one in batch]
        found = ensure_places([want for want in wanted if want is not None])
        ids = iter(found)
        placed = []
        for one, want in zip(batch, wanted, strict=True):
            place_id = next(ids) if want is not None else None
            placed.append(replace(one, draft=replace(one.draft, place_id=str(place_id))) if place_id else one)
        return placed

    def _wanted_place(self, one: Refined) -> WantedPlace | None:
        venue = one.draft.event.venue
        if one.draft.place_id or not one.draft.place_name or one.draft.event.online == "yes":
            return None
        return WantedPlace(
            city=one.draft.city,
            name=one.draft.place_name,
            address=venue.address,
            lat=venue.lat,
            lng=venue.lng,
            plus_code=venue.plus_code,
            told_at=one.draft.told_at,
            is_sample=self.origin.is_sample,
        )

    # --- counts and staged rows ---

    def _count(
        self, identity: Identity, result: Recorded, entry: Entry, known: Mapping[Identity, Known]
    ) -> None:
        tally = self.tally
        tally.kept += 1
        tally.quality.add(entry.event.quality)
        held = identity in known and known[identity].event_id is not None
        if entry.merged:
            tally.merged += 1
        if not held and identity not in self.moved:
            tally.new += 1
            tally.discovered[entry.event.category] += 1
        elif result.outcome is Outcome.UNCHANGED and identity not in self.moved:
            tally.unchanged += 1
        else:
            tally.changed += 1
        tally.approved += result.publication == Publication.APPROVED

    def _staged(
        self,
        one: Refined,
        *,
        state: StagedState,
        drop_reason: str = "",
        as_json: Mapping[str, Any] | None = None,
    ) -> StagedEvent:
        return staged_row(
            self.run, one.item, one.draft, state=state, now=self.now, drop_reason=drop_reason, as_json=as_json
        )


def _unbroken(execute: Callable[..., Any], *asked: Any) -> Any:
    """Run a query without interruption by the step's time limit: an interrupted connection is of no more use."""
    with unbroken():
        return execute(*asked)
