"""A draft in one line, for tests of steps."""

from datetime import UTC, datetime
from typing import Any

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.normalized import NormalizedEvent
from pipeline.contract.raw import RawRecord

CONTEXT = SourceContext(source_key="test", now=datetime(2026, 11, 21, tzinfo=UTC))


def draft(title: str = "", *, raw: dict[str, Any] | None = None, dropped: str = "", **event: Any) -> Draft:
    """A draft with an event of these fields, and a raw record with those of `raw`."""
    return Draft(
        raw=RawRecord(external_id="1", title=title, **(raw or {})),
        event=NormalizedEvent(external_id="1", title=title, **event),
        dropped=dropped,
    )
