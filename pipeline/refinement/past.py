"""Drops past events, unless they are stored."""

from collections.abc import Callable, Iterable
from datetime import datetime

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import NormalizedEvent
from pipeline.refinement.lookups import Lookups


def without_past(
    drafts: list[Draft], context: SourceContext, lookups: Lookups, over: Callable[[NormalizedEvent], datetime]
) -> list[Draft]:
    """Drop what is over by `context.now`, unless the occurrence is stored already: one lookup for the batch."""
    past = {
        index for index, draft in enumerate(drafts) if not draft.dropped and over(draft.event) <= context.now
    }
    if not past:
        return drafts
    existing = lookups.existing(context.source_key, _identities(drafts[index] for index in past))
    return [
        replace(draft, dropped="past")
        if index in past and (draft.event.external_id, draft.event.recurrence_id) not in existing
        else draft
        for index, draft in enumerate(drafts)
    ]


def _identities(drafts: Iterable[Draft]) -> set[tuple[str, str]]:
    return {(draft.event.external_id, draft.event.recurrence_id) for draft in drafts}
