"""What a reader who agreed did, from the log."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from events.models import Event
from insights.factors.arrays import LEARNT_FROM, WORTH
from insights.models import InteractionRow, Participant
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
    """The last acts of a reader who agreed, the newest first; none without consent. Three queries, or none for nobody."""
    participant = participant_of(reader)
    return [] if participant is None else _pasts([participant.pk], now=now).get(participant.pk, [])


def pasts_of(people: Collection[UUID], *, now: datetime) -> Mapping[UUID, Sequence[Act]]:
    """The same of each of these people who agreed and did something. Three queries, however many they are."""
    agreed = dict(Participant.objects.filter(user__in=people).values_list("pk", "user_id"))
    found = _pasts(list(agreed), now=now) if agreed else {}
    return {agreed[pk]: acts for pk, acts in found.items()}


def _pasts(participants: Sequence[int], *, now: datetime) -> dict[int, list[Act]]:
    """The last `MOST` acts by participant. What was done with an event that is merged by now was done with the one that it became."""
    rows = InteractionRow.objects.filter(
        participant__in=participants,
        day__gte=(now - LEARNT_FROM).date(),
        interaction__in=list(WORTH),
        event_id__isnull=False,
    )
    newest = Window(
        RowNumber(), partition_by="participant_id", order_by=[F("day").desc(), F("at").desc(), "id"]
    )
    found = list(
        rows.annotate(newest=newest)
        .filter(newest__lte=MOST)
        .order_by("participant_id", "newest")
        .values_list("participant_id", "event_id", "interaction", "rank")
    )
    worth = {kind.value: value for kind, value in WORTH.items()}
    merged = Event.objects.filter(pk__in={event for _, event, _, _ in found}, merged_into__isnull=False)
    became = dict(merged.values_list("pk", "merged_into_id"))
    pasts: dict[int, list[Act]] = {}
    for participant, event, kind, rank in found:
        if event is not None:
            act = Act(became.get(event) or event, worth[kind], -1 if rank is None else rank)
            pasts.setdefault(participant, []).append(act)
    return pasts
