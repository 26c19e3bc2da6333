"""The staged row of one refined record."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from outbox import rows as table
from pipeline.characters import storable
from pipeline.contract.draft import Draft
from pipeline.contract.normalized import NormalizedEvent
from pipeline.dates.event_times import over_at, sort_moment
from pipeline.text.folding import fold_name
from sources.enums import StagedState
from sources.ingest.staged import Identified
from sources.models import FetchRun, StagedEvent


def staged_row(
    run: FetchRun,
    item: Identified,
    draft: Draft,
    *,
    state: StagedState,
    now: datetime,
    drop_reason: str = "",
    as_json: Mapping[str, Any] | None = None,
) -> StagedEvent:
    """The row of one record, without its event. `as_json`: the event's `to_json()` where the caller has it."""
    event = draft.event
    start_at, end_at = _span(event)
    return table.made(
        StagedEvent,
        source_id=run.source_id,
        external_id=item.identity[0],
        recurrence_id=item.identity[1],
        fingerprint=fold_name(item.record.title)[:64],
        state=state.value,
        title=event.title[:300],
        start_at=start_at,
        end_at=end_at,
        url=event.url[:2000],
        venue_name=event.venue.name[:200],
        series_id=(event.recurrence.series_id if event.recurrence else "")[:300],
        raw=storable(item.record.raw),
        raw_hash=item.raw_hash,
        normalized={} if state is StagedState.DROPPED else event.to_json() if as_json is None else as_json,
        confidence=_overall(event),
        extraction_metadata=dict(event.extraction_metadata),
        drop_reason=drop_reason[:100],
        notes=[note[:300] for note in draft.notes][:20],
        payload_month=item.payload_month,
        payload_id=item.payload_id,
        last_run_id=run.id,
        first_seen_at=now,
        processed_at=now,
        missing_since=None,
    )


def refused_row(row: StagedEvent) -> StagedEvent:
    """The row of a record that the database refused, with only storable text and no extracted values."""
    for name in ("fingerprint", "title", "url", "venue_name", "series_id", "raw"):
        setattr(row, name, storable(getattr(row, name)))
    row.normalized, row.extraction_metadata, row.notes, row.confidence = {}, {}, [], None
    row.start_at = row.end_at = None
    return row


def _overall(event: NormalizedEvent) -> float | None:
    """The mean of the fields' confidences."""
    values = list(event.confidence.values())
    return round(min(1.0, max(0.0, sum(values) / len(values))), 4) if values else None


def _span(event: NormalizedEvent) -> tuple[datetime | None, datetime | None]:
    """Start and the moment from which the event is over, aware and in UTC.

    None where a dropped record has no start.
    """
    start = event.start
    if start is None:
        return None, None
    over = over_at(start, event.end, timezone=event.timezone, predicted=event.end_predicted)
    if isinstance(start, datetime):
        return start.astimezone(UTC), max(over, start.astimezone(UTC))
    return sort_moment(start, event.timezone), over
