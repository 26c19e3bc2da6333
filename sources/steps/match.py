"""The matching step: for each new draft of a batch the event that it is, those that it may be, or nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np

from events.enums import MatchOutcome
from events.records import NormalizedEvent
from events.times import local_day
from places.geography import fold
from sources.matching.explain import explain
from sources.matching.matcher import judge
from sources.matching.records import Candidate
from sources.matching.score import default_model
from sources.matching.table import Floats, Ints, Table
from sources.records import Draft, SourceContext

#: One source seldom lists one event twice under two ids: only what is as good as equal is joined.
SAME_SOURCE_AT = 0.97
#: As many possible twins are shown to a moderator.
MOST_ASKED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What to look for: `city` slug ('' where unknown), the event's own day, folded title, place and addresses."""

    city: str
    day: date
    title: str
    place_id: str = ""
    url: str = ""
    ticket_url: str = ""
    lat: float | None = None
    lng: float | None = None


class CandidateLookups(Protocol):
    """What the step asks, once for a batch."""

    def candidates(self, wanted: Sequence[Wanted], *, source_key: str) -> list[Candidate]:
        """Present events that may be one of `wanted`: in the same city within a day and of a similar title, at the same place or of the same
        address. `id` is the event's; `source` is `source_key` where that source lists it already."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchDecision:
    """`draft_index` is (merge), or may be (ask), `other`: an event's id, or the index of an earlier draft of the batch."""

    draft_index: int
    other: str | int
    score: float
    outcome: MatchOutcome
    match_fields: Mapping[str, Any]
    reasons: str


def match(drafts: Sequence[Draft], context: SourceContext, lookups: CandidateLookups) -> list[MatchDecision]:
    """Decisions in the order of the drafts: at most one merge each, or up to three to ask about."""
    if not drafts:
        return []
    wanted = [_wanted(draft) for draft in drafts]
    known = lookups.candidates(wanted, source_key=context.source_key)
    model = default_model()
    rows = [*(_candidate(index, draft, context) for index, draft in enumerate(drafts)), *known]
    table = Table.of(rows, dict(model.weights))
    left, right, scores, merge = judge(table, model, first=len(drafts))
    keep = (left < len(drafts)) & (merge | (scores >= model.ask_at))
    pairs = _Pairs(drafts, known, table, left[keep], right[keep], scores[keep], merge[keep])
    return [decision for index in range(len(drafts)) for decision in pairs.decisions(index, context.source_key)]


class _Pairs:
    """The scored pairs, by the draft that is to be decided: the later of two drafts, the draft of a draft and an event."""

    def __init__(
        self, drafts: Sequence[Draft], known: Sequence[Candidate], table: Table, left: Ints, right: Ints, scores: Floats, merge: np.ndarray
    ) -> None:
        self.size, self.known = len(drafts), known
        self.words = explain(table, left, right)
        self.by_draft: dict[int, list[tuple[float, bool, int, int]]] = defaultdict(list)
        for position, (a, b, score, merged) in enumerate(zip(left, right, scores, merge, strict=True)):
            low, high = sorted((int(a), int(b)))
            draft, other = (high, low) if high < self.size else (low, high)
            self.by_draft[draft].append((float(score), bool(merged), other, position))

    def decisions(self, index: int, source_key: str) -> Iterator[MatchDecision]:
        """The surest merge (an event before a draft), otherwise what to ask."""
        found = sorted(self.by_draft.get(index, []), key=lambda row: (-row[1], row[2] < self.size, -row[0], row[2]))
        sure = [row for row in found if row[1] and (not self._same_source(row[2], source_key) or row[0] >= SAME_SOURCE_AT)]
        if sure:
            yield self._decision(index, sure[0], MatchOutcome.MERGE)
            return
        doubtful = [row for row in found if row[2] >= self.size and not self._same_source(row[2], source_key)]
        for row in doubtful[:MOST_ASKED]:
            yield self._decision(index, row, MatchOutcome.ASK)

    def _same_source(self, other: int, source_key: str) -> bool:
        return other < self.size or self.known[other - self.size].source == source_key

    def _decision(self, index: int, row: tuple[float, bool, int, int], outcome: MatchOutcome) -> MatchDecision:
        score, _, other, position = row
        words, fields = self.words[position]
        return MatchDecision(
            draft_index=index,
            other=other if other < self.size else self.known[other - self.size].id,
            score=round(min(1.0, score), 4),
            outcome=outcome,
            match_fields=dict(fields),
            reasons=words,
        )


def days_around(wanted: Sequence[Wanted]) -> list[date]:
    """Every day within a day of a wanted one."""
    return sorted({want.day + timedelta(days=shift) for want in wanted for shift in (-1, 0, 1) if _has_neighbours(want.day)})


def _has_neighbours(day: date) -> bool:
    return date.min < day < date.max


def _wanted(draft: Draft) -> Wanted:
    event = draft.event
    assert event.start is not None  # times drops what has no start
    return Wanted(
        city=draft.city,
        day=local_day(event.start, event.timezone),
        title=fold(event.title),
        place_id=draft.place_id,
        url=event.url,
        ticket_url=event.ticket_url,
        lat=event.venue.lat,
        lng=event.venue.lng,
    )


def _candidate(index: int, draft: Draft, context: SourceContext) -> Candidate:
    """A draft as the matcher sees it; its id cannot be an event's."""
    event: NormalizedEvent = draft.event
    return Candidate(
        id=f"draft {index}",
        source=context.source_key or context.source_name,
        title=event.title,
        start=event.start,
        end=event.end,
        all_day=event.all_day,
        time_known=event.time_known,
        venue=event.venue.name,
        location=event.venue.address,
        city=event.venue.city or draft.city,
        lat=event.venue.lat,
        lon=event.venue.lng,
        url=event.url,
        ticket_url=event.ticket_url,
        organizer=event.organizer.name if event.organizer else "",
        price_min=None if event.price.min is None else float(event.price.min),
        price_max=None if event.price.max is None else float(event.price.max),
        category=event.category,
        description=event.description,
    )
