"""The steps in their order, and a batch's way through them. Pure: no transaction, no network; what a step must ask it asks of `Lookups`.

A step that fails on a batch is tried on its halves until the record that it cannot bear is found; that one is dropped with its reason.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import structlog

from events.records import NormalizedEvent
from sources.lookups import Lookups
from sources.records import Draft, RawRecord, SourceContext
from sources.steps.categorize import categorize
from sources.steps.check import check
from sources.steps.clean import clean
from sources.steps.extract import extract
from sources.steps.language import language
from sources.steps.locate import locate
from sources.steps.price import price
from sources.steps.score import score
from sources.steps.times import ends, times

log = structlog.get_logger(__name__)

Step = Callable[[list[Draft], SourceContext, Any], list[Draft]]

#: Name and function, in order. Each takes and gives a batch of the same length and order.
STEPS: tuple[tuple[str, Step], ...] = (
    ("extract", extract),
    ("clean", clean),
    ("language", language),
    ("times", times),
    ("locate", locate),
    ("price", price),
    ("categorize", categorize),
    ("ends", ends),
    ("check", check),
    ("score", score),
)

#: `{step: {"seconds": s, "in": n, "dropped": {reason: n}}}`, added up over batches.
Counts = dict[str, Any]


def refine_batch(records: Sequence[RawRecord], context: SourceContext, lookups: Lookups, counts: Counts | None = None) -> list[Draft]:
    """The drafts of `records`, in their order; what a step dropped carries its reason and goes through no later step."""
    drafts = [Draft(raw=record, event=NormalizedEvent(external_id=record.external_id)) for record in records]
    tally = {} if counts is None else counts
    for name, step in STEPS:
        drafts = _run(name, step, drafts, context, lookups, tally)
    return drafts


def refine(
    records: Iterable[RawRecord], context: SourceContext, lookups: Lookups, counts: Counts | None = None, *, batch_size: int = 200
) -> Iterator[Draft]:
    """The drafts of a stream, batch by batch."""
    stream = iter(records)
    while batch := list(islice(stream, batch_size)):
        yield from refine_batch(batch, context, lookups, counts)


def _run(name: str, step: Step, drafts: list[Draft], context: SourceContext, lookups: Lookups, counts: Counts) -> list[Draft]:
    """One step over those that no earlier one dropped."""
    begun = time.perf_counter()
    waiting = [index for index, draft in enumerate(drafts) if not draft.dropped]
    done = _bearing(name, step, [drafts[index] for index in waiting], context, lookups)
    result = list(drafts)
    for index, draft in zip(waiting, done, strict=True):
        result[index] = draft
    entry = counts.setdefault(name, {"seconds": 0.0, "in": 0, "dropped": {}})
    entry["seconds"] = round(entry["seconds"] + time.perf_counter() - begun, 6)
    entry["in"] += len(waiting)
    entry["dropped"] = dict(Counter(entry["dropped"]) + Counter(draft.dropped for draft in done if draft.dropped))
    return result


def _bearing(name: str, step: Step, drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """The step's answer, or those of its halves where it fails: hostile input must cost one record, whatever the step forgot."""
    if not drafts:
        return []
    try:
        return step(drafts, context, lookups)
    except Exception as error:
        if len(drafts) == 1:
            log.warning("step_failed", step=name, external_id=drafts[0].raw.external_id, error=repr(error))
            return [replace(drafts[0], dropped=f"{name} failed", notes=(*drafts[0].notes, f"{name}: {error!r}"[:300]))]
        middle = len(drafts) // 2
        return [
            *_bearing(name, step, drafts[:middle], context, lookups),
            *_bearing(name, step, drafts[middle:], context, lookups),
        ]
