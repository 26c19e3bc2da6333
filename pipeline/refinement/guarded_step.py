"""Runs one step over a batch, and finds the records on which it fails or takes too much processor time."""

from collections.abc import Sequence
from typing import Final

import structlog

from pipeline.budget import Budget, OutOfTime
from pipeline.contract.draft import Draft, SourceContext, Step
from pipeline.contract.exceptions import SourceError
from pipeline.contract.frozen import replace
from pipeline.refinement.lookups import Lookups

log = structlog.get_logger(__name__)
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


def guarded(
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
        return guarded(name, step, drafts[:middle], context, lookups) + guarded(
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
        answer += guarded(name, step, [draft], context, lookups)
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


def refuse_broken(name: str, drafts: Sequence[Draft], alive: int) -> None:
    """Raise StepBroken where a step failed on all of the `alive` records of a batch."""
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
