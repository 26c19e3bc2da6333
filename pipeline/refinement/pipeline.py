"""Refines raw records.

The list of steps, applied batch by batch, without a transaction and without the network.

A step is a pure function over a batch (same length, same order). If it raises, its batch is halved until the
record that causes it is found; that record is dropped with the reason, the others continue. If it exceeds its
processor time, its records are refined one by one, each with a budget of its own; a record that exceeds that
becomes a dead letter with the step's name, the others continue.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import structlog

from pipeline.budget import Budget, OutOfTime
from pipeline.contract.draft import Draft, SourceContext, Step
from pipeline.contract.exceptions import SourceError
from pipeline.contract.fields import SIMPLE, SIMPLE_LIMITS
from pipeline.contract.frozen import replace
from pipeline.contract.lookups import Identity
from pipeline.contract.normalized import NormalizedEvent
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.refinement.lookups import Lookups
from pipeline.refinement.steps.categorize import acquainted, categorize
from pipeline.refinement.steps.check import check
from pipeline.refinement.steps.clean import clean
from pipeline.refinement.steps.extract import extract
from pipeline.refinement.steps.facts import facts
from pipeline.refinement.steps.hint import hint
from pipeline.refinement.steps.language import language
from pipeline.refinement.steps.locate import locate
from pipeline.refinement.steps.price import price
from pipeline.refinement.steps.score import score
from pipeline.refinement.steps.sift import sift
from pipeline.refinement.steps.times import ends, times

log = structlog.get_logger(__name__)

#: The steps in order. Matching follows within the transaction that records the event
#: (`pipeline/matching/batch.py`).
STEPS: Final[tuple[tuple[str, Step], ...]] = (
    ("extract", extract),  # the source's values in our fields
    ("clean", clean),  # safe, readable, bounded; without a title: dropped
    ("sift", sift),  # parking, extras, vouchers, jobs, reports, closures: not an event, dropped
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
            "language",
            "organizer",
            "venue",
            "status",
            "accessibility",
            *SIMPLE_LIMITS,
        }
    ),
    "sift": frozenset(),
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
    "price": frozenset({"price", "status"}),
    "categorize": frozenset({"category", "subcategory", "tags", "flags"}),
    "facts": frozenset({"performers", "accessibility", "setting", *SIMPLE}),
    "ends": frozenset({"end_predicted"}),
    "check": frozenset({"flags", "organizer", "description"}),
    "score": frozenset({"quality"}),
}

#: A single failing record is to blame itself; when more than these fail, and nothing else succeeds, the step
#: is to blame.
SEVERAL: Final = 3

#: A batch may take the time of one record, plus so much for each of its records; a step takes some
#: thousandths of that.
BATCH_SECONDS: Final = 0.05
#: The reason of a record that exceeded its time: this prefix and the step's name.
OUT_OF_TIME: Final = "out of time in "
#: The reason of a record that ended its processes: this prefix and the step's name.
ENDED: Final = "ended its process in "
#: With more such records in a batch, the source is to blame: its run fails before they block the pipeline.
MOST_OUT_OF_TIME: Final = 20

#: The longest note, and how many notes a record keeps.
MAX_NOTE: Final = 300
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
        context = acquainted(taken, context)
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
        drafts = _guarded(name, step, drafts, context, lookups)
        _refuse_broken(name, drafts, alive)
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


def _guarded(
    name: str, step: Step, drafts: list[Draft], context: SourceContext, lookups: Lookups
) -> list[Draft]:
    """The step's result.

    Where it raises, the results of the halves, down to the single record that causes it.
    """
    if not drafts:
        return drafts
    budget = Budget(context.step_seconds + (BATCH_SECONDS * len(drafts) if len(drafts) > 1 else 0.0), name)
    try:
        with budget:
            return _answer(step, drafts, context, lookups)
    except OutOfTime as over:
        if over.budget is not budget:
            raise
        return _one_by_one(name, step, drafts, context, lookups)
    except (OSError, ImportError, MemoryError):
        raise  # a missing model or a full disk is no fault of a record: the run fails with that reason
    except Exception as error:  # whatever error one record causes must not drop the others
        if len(drafts) == 1:
            log.warning(
                "step_failed",
                step=name,
                external_id=drafts[0].raw.external_id[:100],
                error=f"{type(error).__name__}: {error}"[:500],
            )
            return [_broken(drafts[0], name, error)]
        middle = len(drafts) // 2
        return _guarded(name, step, drafts[:middle], context, lookups) + _guarded(
            name, step, drafts[middle:], context, lookups
        )


def _one_by_one(
    name: str, step: Step, drafts: list[Draft], context: SourceContext, lookups: Lookups
) -> list[Draft]:
    """The step's result for each record of a batch that took too long.

    A single record that takes too long becomes a dead letter. Raises StepBroken.
    """
    if len(drafts) == 1:
        log.warning("step_out_of_time", step=name, external_id=drafts[0].raw.external_id[:100])
        return [_late(drafts[0], name, context.step_seconds)]
    answer: list[Draft] = []
    late = 0
    for draft in drafts:
        answer += _guarded(name, step, [draft], context, lookups)
        late += not draft.dropped and answer[-1].dropped.startswith(OUT_OF_TIME)
        if late > MOST_OUT_OF_TIME:
            raise StepBroken(
                f"The step {name} ran out of time on more than {MOST_OUT_OF_TIME} records of one batch."
            )
    return answer


class StepBroken(SourceError):
    """A step failed on every record of a batch, or exceeded its time on too many.

    No record is dropped for it.
    """


def _refuse_broken(name: str, drafts: Sequence[Draft], alive: int) -> None:
    failed = [draft for draft in drafts if draft.dropped == f"failed in {name}"]
    if len(failed) == alive and alive > SEVERAL:
        raise StepBroken(f"The step {name} failed on every record of a batch: {failed[0].notes[-1]}")


def _answer(step: Step, drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    answer = step(drafts, context, lookups)
    if len(answer) != len(drafts):
        raise ValueError(f"answered {len(answer)} drafts for {len(drafts)}")
    return answer


def _broken(draft: Draft, name: str, error: Exception) -> Draft:
    if draft.dropped:
        return draft
    return replace(
        draft,
        dropped=f"failed in {name}",
        notes=(*draft.notes, f"{type(error).__name__}: {error}"[:MAX_NOTE]),
    )


def _late(draft: Draft, name: str, seconds: float) -> Draft:
    if draft.dropped:
        return draft
    return replace(
        draft,
        dropped=f"{OUT_OF_TIME}{name}",
        notes=(*draft.notes, f"took more than {seconds:g} s of processor time"),
    )


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
