"""Refines raw records.

The list of steps, applied batch by batch, without a transaction and without the network. A step is a pure
function over a batch (same length, same order). If it raises, its batch is halved until the record that
causes it is found; that record is dropped with the reason, the others continue. If it exceeds its processor
time, its records are refined one by one, each with a budget of its own; a record that exceeds that becomes a
dead letter with the step's name, the others continue.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from pipeline.contract.draft import Draft, SourceContext, Step
from pipeline.contract.fields import SIMPLE, SIMPLE_LIMITS
from pipeline.contract.frozen import replace
from pipeline.contract.lookups import Identity
from pipeline.contract.normalized import NormalizedEvent
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.refinement.guarded_step import MAX_NOTE, guarded, refuse_broken
from pipeline.refinement.line_patterns import observed
from pipeline.refinement.lookups import Lookups
from pipeline.refinement.steps.categorize import acquainted, categorize
from pipeline.refinement.steps.check import check
from pipeline.refinement.steps.clean import clean
from pipeline.refinement.steps.ends import ends
from pipeline.refinement.steps.extract import extract
from pipeline.refinement.steps.facts import facts
from pipeline.refinement.steps.hint import hint
from pipeline.refinement.steps.language import language
from pipeline.refinement.steps.locate import locate
from pipeline.refinement.steps.price import price
from pipeline.refinement.steps.score import score
from pipeline.refinement.steps.times import times

#: The steps in order. Matching follows within the transaction that records the event
#: (`pipeline/matching/batch.py`).
STEPS: Final[tuple[tuple[str, Step], ...]] = (
    ("extract", extract),  # the source's values in our fields
    ("clean", clean),  # safe, readable, bounded; without a title: dropped
    ("language", language),
    ("hint", hint),  # for prose: places that the text mentions, named entities
    ("times", times),  # aware, in the event's zone; without a start, past, or too far ahead: dropped
    ("locate", locate),  # venue, coordinates, city, area, known place
    ("price", price),
    ("categorize", categorize),
    ("facts", facts),  # performers, accessibility, ages, indoor or outdoor, labelled lines
    ("ends", ends),  # a predicted end by category; if that is past: dropped
    ("check", check),  # spam, profanity, links: flags for a moderator
    ("score", score),  # five gates of quality
)
#: The facts that each step after `extract` may set or change, in the order of the steps. `located` stands
#: beside the event in a draft; `city` and `area` are its names in the confidences.
OWNED: Final[Mapping[str, frozenset[str]]] = {
    "clean": frozenset(
        {
            "title",
            "raw_title",
            "description",
            "url",
            "ticket_url",
            "online_url",
            "images",
            "tags",
            "performers",
            "offers",
            "language",
            "organizer",
            "venue",
            "status",
            "accessibility",
            *SIMPLE_LIMITS,
        }
    ),
    "language": frozenset({"language"}),
    "hint": frozenset({"venue"}),
    "times": frozenset(
        {
            "start",
            "end",
            "doors",
            "previous_start",
            "timezone",
            "all_day",
            "time_known",
            "opening_hours",
            "venue",
        }
    ),
    "locate": frozenset({"venue", "online", "online_url", "located", "city", "area"}),
    "price": frozenset({"price", "offers", "status"}),
    "categorize": frozenset({"category", "subcategory", "tags", "flags"}),
    "facts": frozenset({"performers", "accessibility", "setting", "tags", *SIMPLE}),
    "ends": frozenset({"end_predicted"}),
    "check": frozenset({"flags", "organizer", "description"}),
    "score": frozenset({"quality"}),
}
MAX_NOTES: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class StepTally:
    """The counts of one step for a batch: records taken (not dropped before), records dropped, and seconds."""

    name: str
    taken: int
    dropped: int
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Refined:
    """One refined batch.

    The drafts in the order of the input, the dropped records with reasons, and the steps' counts.
    """

    drafts: tuple[Draft, ...]
    dropped: tuple[Dropped, ...]
    steps: tuple[StepTally, ...]


def refine(
    records: Iterable[RawRecord | Dropped], context: SourceContext, lookups: Lookups, *, batch_size: int = 200
) -> Iterator[Refined]:
    """Refine a source's records, `batch_size` at a time.

    Each record ends once, in `drafts` or in `dropped`. Of two with one identity the second is dropped as
    "duplicate id". For a source without earlier events, the first records provide its usual categories.
    """
    seen: set[Identity] = set()
    stream = iter(records)
    while batch := list(islice(stream, batch_size)):
        dropped = [record for record in batch if isinstance(record, Dropped)]
        taken = [record for record in batch if isinstance(record, RawRecord)]
        context = observed(taken, acquainted(taken, context))
        drafts, tallies = run_steps([_draft(record) for record in taken], context, lookups)
        kept = []
        for draft in (_once(draft, seen) for draft in drafts):
            if draft.dropped:
                dropped.append(as_dropped(draft))
            else:
                kept.append(draft)
        yield Refined(drafts=tuple(kept), dropped=tuple(dropped), steps=tuple(tallies))


def refine_batch(
    records: Sequence[RawRecord],
    context: SourceContext,
    lookups: Lookups,
    counts: MutableMapping[str, Any] | None = None,
) -> list[Draft]:
    """Refine one batch: a draft for each record, in order; a dropped one has its reason in `dropped`.

    Adds `{"taken", "dropped", "seconds"}` for each step to `counts`.
    """
    drafts, tallies = run_steps([_draft(record) for record in records], context, lookups)
    if counts is not None:
        add_up(
            counts,
            {
                tally.name: {"taken": tally.taken, "dropped": tally.dropped, "seconds": tally.seconds}
                for tally in tallies
            },
        )
    return drafts


def add_up(counts: MutableMapping[str, Any], more: Mapping[str, Any]) -> None:
    """Add the counts of the steps for one batch, `{"taken", "dropped", "seconds"}` by step, to `counts`."""
    for name, step in more.items():
        so_far = counts.setdefault(name, {"taken": 0, "dropped": 0, "seconds": 0.0})
        so_far["taken"] += step["taken"]
        so_far["dropped"] += step["dropped"]
        so_far["seconds"] = round(so_far["seconds"] + step["seconds"], 6)


def run_steps(
    drafts: list[Draft], context: SourceContext, lookups: Lookups, steps: Sequence[tuple[str, Step]] = ()
) -> tuple[list[Draft], list[StepTally]]:
    """Send a batch through the steps (STEPS by default). The notes go into the extraction's metadata."""
    tallies = []
    for name, step in steps or STEPS:
        alive = sum(not draft.dropped for draft in drafts)
        begun = time.perf_counter()
        drafts = guarded(name, step, drafts, context, lookups)
        refuse_broken(name, drafts, alive)
        seconds = time.perf_counter() - begun
        tallies.append(
            StepTally(
                name=name,
                taken=alive,
                dropped=alive - sum(not draft.dropped for draft in drafts),
                seconds=seconds,
            )
        )
    return [_noted(draft) for draft in drafts], tallies


def as_dropped(draft: Draft) -> Dropped:
    """A dropped draft as `Dropped`."""
    return Dropped(
        reason=draft.dropped,
        external_id=draft.event.external_id or draft.raw.external_id,
        recurrence_id=draft.event.recurrence_id,
        title=(draft.event.title or draft.raw.title)[:300],
        detail="; ".join(draft.notes)[:1000],
        raw=draft.raw.raw,
    )


def dead_letter(record: RawRecord, reason: str) -> Draft:
    """The draft of a record that cannot be refined."""
    return replace(_draft(record), dropped=reason)


def _draft(record: RawRecord) -> Draft:
    return Draft(raw=record, event=NormalizedEvent(external_id=record.external_id))


def _once(draft: Draft, seen: set[Identity]) -> Draft:
    identity = (draft.event.external_id, draft.event.recurrence_id)
    if draft.dropped:
        return draft
    if identity in seen:
        return replace(draft, dropped="duplicate id")
    seen.add(identity)
    return draft


def _noted(draft: Draft) -> Draft:
    if not draft.notes:
        return draft
    notes = [note[:MAX_NOTE] for note in dict.fromkeys(draft.notes)][:MAX_NOTES]
    metadata = {**draft.event.extraction_metadata, "notes": notes}
    return replace(draft, event=replace(draft.event, extraction_metadata=metadata))
