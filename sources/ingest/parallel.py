"""Refine batches ahead in forked processes, while this process records the batches before them.

Refinement uses mostly the processor, recording mostly the database, and only the order of recording matters.

A batch that ends its child process is refined in parts by other children, never here: it would end this
process too.

A batch that is refined ahead may miss what the batch before creates (places, for example); recording finds
these by their names. A run of one batch is refined here. So are all batches where there is only one
processor, or inside a transaction whose rows other processes do not see.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import structlog
from django.db import connection, connections

from pipeline.contract.draft import Draft
from pipeline.contract.lookups import Identity
from pipeline.matching.workers import usable
from pipeline.refinement import guarded_step, pipeline
from sources.ingest.staged import Identified, Known
from sources.ingest.worker_pool import WorkerDeath, WorkerPool, run_alone
from sources.queries.alike import Ahead

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, slots=True)
class Batch:
    """New or changed records with their staged rows."""

    items: list[Identified] = field(default_factory=list)
    known: dict[Identity, Known] = field(default_factory=dict)

    def halves(self) -> "list[Batch]":
        """Both halves of the batch, each with its staged rows."""
        middle = len(self.items) // 2
        return [
            Batch(
                items=part,
                known={one.identity: self.known[one.identity] for one in part if one.identity in self.known},
            )
            for part in (self.items[:middle], self.items[middle:])
        ]


#: The drafts of a batch in order, the counts of each step, and the lookups that a child made ahead.
Refining = tuple[list[Draft], Mapping[str, Any], Ahead | None]


def refined_ahead(
    batches: Iterable[Batch],
    refine: Callable[[Batch], Refining],
    beside: Callable[[Batch], Refining],
    *,
    careful: bool = False,
    beat: Callable[[], object] = lambda: None,
) -> Iterator[tuple[Batch, Refining]]:
    """Each batch with its refinement, in order.

    The first batch is refined here, while children begin the others with `beside`. With `careful` (an earlier
    process of this run was lost) children refine all. `beat` is called every few seconds of waiting. Raises
    StepBroken where children die whatever they get.
    """
    stream = iter(batches)
    processes = usable() if may_fork() else 0
    first = next(stream, None)
    second = next(stream, None) if first is not None and processes > 1 and not careful else None
    if first is None:
        return
    if second is None and not (careful and processes):
        for batch in chain([first], stream):
            yield batch, refine(batch)
        return
    waiting: deque[Batch] = deque()
    rest = _noting(chain([first] if second is None else [second], stream), waiting)
    in_parts = HalvedBatches(beside, beat)
    with WorkerPool(
        beside,
        processes=processes,
        begin=leave_connections,
        finish=connections.close_all,
        rescue=in_parts.refined,
        beat=beat,
    ) as pool:
        pool.feed(rest)
        if second is not None:
            yield first, refine(first)
        for answer in pool.answers(rest):
            yield waiting.popleft(), answer


def may_fork() -> bool:
    """Whether this process may fork children.

    Not within a transaction, whose rows they would not see, nor beside other threads, whose locks they would
    inherit.
    """
    return not connection.in_atomic_block and threading.active_count() == 1


class HalvedBatches:
    """Batches that ended the process that refined them.

    Each is halved, each half gets a fresh process, until the records that cause it are found; they become dead letters.
    Each of those has then ended at least two processes.
    """

    def __init__(self, beside: Callable[[Batch], Refining], beat: Callable[[], object]) -> None:
        self._beside, self._beat = beside, beat
        self._dead_letters = 0

    def refined(self, batch: Batch, death: WorkerDeath) -> Refining:
        """The refinement of such a batch. Raises StepBroken."""
        parts = [batch] if len(batch.items) == 1 else batch.halves()
        drafts: list[Draft] = []
        counts: dict[str, Any] = {}
        for part in parts:
            answer = run_alone(
                self._beside, part, begin=leave_connections, finish=connections.close_all, beat=self._beat
            )
            if isinstance(answer, WorkerDeath):
                answer = self.refined(part, answer) if len(part.items) > 1 else self._without(part, answer)
            drafts += answer[0]
            pipeline.add_up(counts, answer[1])
        return drafts, counts, None

    def _without(self, batch: Batch, death: WorkerDeath) -> Refining:
        """The refinement of one record that becomes a dead letter."""
        self._dead_letters += 1
        if self._dead_letters > guarded_step.MOST_OUT_OF_TIME:
            raise guarded_step.StepBroken(
                f"More than {guarded_step.MOST_OUT_OF_TIME} records of one run ended the processes that refined them."
            )
        reason = (
            f"{guarded_step.OUT_OF_TIME if death.is_time else guarded_step.ENDED}{death.what or 'refining'}"
        )
        log.warning(
            "record_ended_its_process",
            signal=death.signal,
            what=death.what,
            external_id=batch.items[0].identity[0],
        )
        return [pipeline.dead_letter(batch.items[0].record, reason)], {}, None


def _noting(batches: Iterable[Batch], waiting: deque[Batch]) -> Iterator[Batch]:
    for batch in batches:
        waiting.append(batch)
        yield batch


def leave_connections() -> None:
    """In a child process: forget the inherited connections, which belong to the parent, and open new ones.

    Nothing is sent to the server.
    """
    for one in connections.all(initialized_only=True):
        _kept.append(
            one.connection
        )  # never garbage-collected: that would close the connection and so write to the parent's server
        one.connection = None


_kept: list[Any] = []
