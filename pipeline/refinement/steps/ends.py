"""Step: predict a missing end, and drop what is past by it."""

from datetime import date, datetime

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import NormalizedEvent
from pipeline.dates.event_times import over_at
from pipeline.refinement.durations import expected_end
from pipeline.refinement.lookups import Lookups
from pipeline.refinement.past import without_past


def ends(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """Predict a missing end (`pipeline/refinement/durations.py`).

    Drop what is past by it, unless it is stored.
    """
    return without_past([_with_predicted_end(draft, context) for draft in drafts], context, lookups, _over)


def _with_predicted_end(draft: Draft, context: SourceContext) -> Draft:
    event = draft.event
    if draft.dropped or event.start is None or event.end is not None:
        return draft
    end, sure = expected_end(event, context)
    return replace(
        draft, event=replace(event, end_predicted=end, confidence={**event.confidence, "end_predicted": sure})
    )


def _over(event: NormalizedEvent) -> datetime:
    return over_at(event.start or date.max, event.end, timezone=event.timezone, predicted=event.end_predicted)
