"""Reading within a bound of processor time: the one way in which outside bytes reach a connector's `read`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from pipeline.budget import Budget, OutOfTime
from pipeline.contract.connector import Connector, FetchParams, Page
from pipeline.contract.exceptions import ReadingStalled
from pipeline.contract.raw import Dropped, RawPayload, RawRecord

#: Seconds of processor time for the reading of one answer, where nobody says otherwise.
READ_SECONDS: Final = 60.0


def read_within(
    connector: Connector, payload: RawPayload, params: FetchParams, *, seconds: float = READ_SECONDS
) -> Page:
    """`connector.read(payload, params)`, and the making of the page's records as they are asked for, within
    `seconds` of processor time. Raises ReadingStalled, then or while the records are read."""
    budget = Budget(seconds, "reading")
    with stalled(budget, payload.url), budget:
        page = connector.read(payload, params)
    return replace(page, records=records_within(budget, page.records, payload.url))


def records_within(
    budget: Budget, records: Iterable[RawRecord | Dropped], url: str
) -> Iterator[RawRecord | Dropped]:
    """The records, made within what is left of the budget. Raises ReadingStalled."""
    with stalled(budget, url):
        yield from budget.over(records)


@contextmanager
def stalled(budget: Budget, url: str) -> Iterator[None]:
    """Has the end of this budget raised as ReadingStalled, with the answer's address; the end of one around
    it is its owner's matter."""
    try:
        yield
    except OutOfTime as over:
        if over.budget is not budget:
            raise
        raise ReadingStalled(
            f"Reading {url or 'the file'} took more than {budget.seconds:g} s of processor time."
        ) from None
