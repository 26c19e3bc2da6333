"""A platform's own calendar feed: read as iCalendar, with the ids of the platform's API, covering no more
than it lists."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from pipeline import patterns
from pipeline.connectors.formats.ical import ICal
from pipeline.connectors.formats.ical.connector import ICalConfig
from pipeline.connectors.formats.ical.split import calendar_start
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.enums import Coverage
from pipeline.contract.raw import Dropped, RawPayload, RawRecord


def is_feed(payload: RawPayload) -> bool:
    """Whether this is a calendar."""
    return calendar_start(payload.content, payload.content_type)


def read_feed(payload: RawPayload, params: FetchParams, uid: patterns.Pattern[str]) -> Page:
    """The events of a feed; `uid` finds the platform's own id in a UID, as its first group.

    Platforms do not say how many events their feeds list, so that one covers the time until its last event:
    WINDOWED, PARTIAL where it lists none.
    """
    answer = ICal(ICalConfig(url=payload.url)).read(payload, params)
    records = [_named(one, uid) for one in answer.records]
    last = _last(records)
    if answer.coverage is not Coverage.COMPLETE or last is None:
        return replace(answer, records=records, coverage=Coverage.PARTIAL)
    return replace(answer, records=records, coverage=Coverage.WINDOWED, covered_until=last)


def _named(one: RawRecord | Dropped, uid: patterns.Pattern[str]) -> RawRecord | Dropped:
    found = uid.match(one.external_id)
    return replace(one, external_id=found.group(1)) if found else one


def _last(records: Iterable[RawRecord | Dropped]) -> datetime | None:
    """The start of the last event; a time without an offset counts as UTC, which is near enough for an end of
    what is covered."""
    starts = (one.start for one in records if isinstance(one, RawRecord))
    moments = [
        start if start.tzinfo else start.replace(tzinfo=UTC)
        for start in starts
        if isinstance(start, datetime)
    ]
    return max(moments, default=None)
