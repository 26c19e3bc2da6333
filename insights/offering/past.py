"""What a reader who agreed did, from the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from events.models import Event
from insights.factors.arrays import LEARNT_FROM, WORTH
from insights.models import InteractionRow
from insights.queries import participant_of
from insights.records import Reader

#: So many of the last acts are looked at.
MOST: Final = 300


@dataclass(frozen=True, slots=True)
class Act:
    """What was done with an event, how much it is worth (`WORTH`), and at which position the event was shown (-1: not known)."""

    event_id: UUID
    worth: float
    rank: int


def past_of(reader: Reader, *, now: datetime) -> Sequence[Act]:
    """The last acts of a reader who agreed, the newest first; none without consent. Three queries, or none for nobody.

    What was done with an event that is merged by now was done with the one that it became.
    """
    participant = participant_of(reader)
    if participant is None:
        return []
    rows = InteractionRow.objects.filter(
        participant=participant,
        day__gte=(now - LEARNT_FROM).date(),
        interaction__in=list(WORTH),
        event_id__isnull=False,
    )
    found = rows.order_by("-day", "-at").values_list("event_id", "interaction", "rank")[:MOST]
    worth = {kind.value: value for kind, value in WORTH.items()}
    merged = Event.objects.filter(pk__in={event for event, _, _ in found}, merged_into__isnull=False)
    became = dict(merged.values_list("pk", "merged_into_id"))
    return [
        Act(became.get(event) or event, worth[kind], -1 if rank is None else rank)
        for event, kind, rank in found
        if event is not None
    ]
