"""Reads answers that ended a process of their run in a child process first.

Those that end that one too become dead letters.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import connections
from django.utils.timezone import now as clock

from pipeline.connectors.bounded import read_within
from pipeline.contract.connector import Connector, FetchParams
from pipeline.contract.exceptions import ReadingStalled
from pipeline.contract.raw import RawPayload
from pipeline.refinement import guarded_step
from sources.ingest import dead_letters, payloads
from sources.ingest.dead_letters import DeadLetters
from sources.ingest.parallel import leave_connections, may_fork
from sources.ingest.worker_pool import WorkerDeath, run_alone
from sources.models import FetchRun


def probe(
    run: FetchRun,
    connector: Connector,
    params: FetchParams,
    letters: DeadLetters,
    *,
    beat: Callable[[], object],
) -> None:
    """Read each answer of the run in a child process and discard the result.

    Raises ReadingStalled for one that ends its process (it becomes a dead letter). Does nothing where forking is not
    possible (a transaction, several threads).
    """
    if not may_fork():
        return

    def read(payload: RawPayload) -> bool:
        try:
            return all(
                True
                for _ in read_within(
                    connector, payload, params, seconds=settings.READ_SECONDS_PER_PAYLOAD
                ).records
            )
        except ReadingStalled:
            return False  # the run's own process meets the same error and handles it

    for row, payload in payloads.of_run(run):
        if row.sha256 in letters.answers:
            continue
        death = run_alone(read, payload, begin=leave_connections, finish=connections.close_all, beat=beat)
        if isinstance(death, WorkerDeath):
            reason = f"{guarded_step.OUT_OF_TIME if death.is_time else guarded_step.ENDED}reading"
            dead_letters.add_answer(run, row.sha256, row.url, reason, payload=row, now=clock())
            raise ReadingStalled(
                f"Reading the answer from {row.url or 'the file'} ended two processes. It is a dead letter now: {reason}."
            )
