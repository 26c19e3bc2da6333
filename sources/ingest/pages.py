"""Reads a run's kept answers through its connector, each within its time limit.

Slower answers become dead letters.
"""

from collections.abc import Iterator
from dataclasses import replace

from django.conf import settings
from django.utils.timezone import now as clock

from pipeline.connectors.bounded import read_within
from pipeline.contract.connector import Connector, FetchParams, Page
from pipeline.contract.exceptions import ReadingStalled
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from sources.ingest import dead_letters, payloads
from sources.ingest.dead_letters import DeadLetters
from sources.models import FetchRun, Payload


def pages_of(
    run: FetchRun, connector: Connector, params: FetchParams, letters: DeadLetters
) -> Iterator[tuple[Payload, Page]]:
    """The pages of a run's payloads, in order.

    Raises ReadingStalled for an answer that takes too long (it becomes a dead letter) or is one already: at
    once, or while its records are read.
    """
    for row, payload in payloads.of_run(run):
        yield row, page_of(run, connector, row, payload, params, letters)


def page_of(
    run: FetchRun,
    connector: Connector,
    row: Payload,
    payload: RawPayload,
    params: FetchParams,
    letters: DeadLetters,
) -> Page:
    """The page of one payload."""
    if why := letters.answers.get(row.sha256):
        raise refused(row.url, why)
    try:
        page = read_within(connector, payload, params, seconds=settings.READ_SECONDS_PER_PAYLOAD)
    except ReadingStalled:
        dead_letters.add_answer(run, row.sha256, row.url, dead_letters.READING, payload=row, now=clock())
        raise
    return replace(page, records=_records(run, row, page))


def refused(url: str, why: str) -> ReadingStalled:
    """The error for an answer that is a dead letter already."""
    return ReadingStalled(
        f"The same answer from {url or 'the file'} is a dead letter ({why}). It is read again when the code changes, or with Try again in the admin."
    )


def _records(run: FetchRun, row: Payload, page: Page) -> Iterator[RawRecord | Dropped]:
    try:
        yield from page.records
    except ReadingStalled:
        dead_letters.add_answer(run, row.sha256, row.url, dead_letters.READING, payload=row, now=clock())
        raise
