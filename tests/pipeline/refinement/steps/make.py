"""Records and contexts for the tests of the steps."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.normalized import NormalizedEvent
from pipeline.contract.raw import RawRecord
from pipeline.refinement.lookups import MemoryLookups
from pipeline.refinement.steps.clean import clean
from pipeline.refinement.steps.extract import extract
from pipeline.refinement.steps.times import times

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
LOOKUPS = MemoryLookups()


def context(**fields: Any) -> SourceContext:
    return SourceContext(**{"source_key": "s", "now": NOW, **fields})


def raw(**fields: Any) -> RawRecord:
    return RawRecord(
        **{
            "external_id": "1",
            "title": "Jazz night",
            "start": datetime(2026, 12, 12, 20, 0, tzinfo=NEW_YORK),
            **fields,
        },
    )


def draft(record: RawRecord | None = None, **fields: Any) -> Draft:
    return Draft(raw=record or raw(**fields), event=NormalizedEvent(external_id="1"))


def extracted(**fields: Any) -> Draft:
    return extract([draft(**fields)], context(), LOOKUPS)[0]


def cleaned(**fields: Any) -> Draft:
    return clean([extracted(**fields)], context(), LOOKUPS)[0]


def timed(around: SourceContext | None = None, lookups: MemoryLookups = LOOKUPS, **fields: Any) -> Draft:
    around = around or context()
    drafts = clean(extract([draft(**fields)], around, lookups), around, lookups)
    return times(drafts, around, lookups)[0]


def with_event(one: Draft, **fields: Any) -> Draft:
    return replace(one, event=replace(one.event, **fields))
