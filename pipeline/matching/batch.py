"""The matching step: for each new draft of a batch its event, possible events, or nothing.

It also checks changed listings of an event: do they still describe the same event as its other listings?
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from math import inf
from typing import Any

import numpy as np

from pipeline.contract.candidates import Candidate
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import MatchOutcome
from pipeline.contract.lookups import Alike, CandidateLookups, Own, Wanted
from pipeline.contract.normalized import NormalizedEvent
from pipeline.dates.event_times import local_day
from pipeline.geography.place_text import called
from pipeline.matching.explain import explain
from pipeline.matching.matcher import APART_BELOW, judge
from pipeline.matching.rooms import mark_crowded
from pipeline.matching.score import default_model, score_pairs
from pipeline.matching.table import Floats, Ints, Table
from pipeline.matching.text import fold

#: One source seldom lists an event twice under two ids: only nearly equal records of one source are merged.
SAME_SOURCE_AT = 0.97
#: A moderator is shown so many possible duplicates.
MOST_ASKED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchDecision:
    """The draft is (merge), or may be (ask), `other`: the id of an event, or the index of an earlier draft."""

    draft_index: int
    other: str | int
    score: float
    outcome: MatchOutcome
    match_fields: Mapping[str, Any]
    reasons: str


def match(drafts: Sequence[Draft], context: SourceContext, lookups: CandidateLookups) -> list[MatchDecision]:
    """Decisions in the order of the drafts: at most one merge each, or up to three to ask about.

    Two records that one source lists with different starts, or as occurrences of one series, are never
    merged, however similar. A draft that matches two events which were declared different is a question for a
    moderator.
    """
    if not drafts:
        return []
    known = lookups.candidates([wanted_of(draft) for draft in drafts], source_key=context.source_key)
    model = default_model()
    rows = [
        *(
            _candidate(f"draft {index}", draft.event, context, draft.city, draft.place_id)
            for index, draft in enumerate(drafts)
        ),
        *known.events,
    ]
    table = Table.of(rows, dict(model.weights))
    left, right, scores, merge = judge(table, model, first=len(drafts))
    keep = (left < len(drafts)) & (merge | (scores >= model.ask_at))
    return _Pairs(drafts, known, table, left[keep], right[keep], scores[keep], merge[keep]).decisions()


class _Pairs:
    """The scored pairs by the draft to decide: the later of two drafts, or the draft of a draft and an event."""

    def __init__(
        self,
        drafts: Sequence[Draft],
        known: Alike,
        table: Table,
        left: Ints,
        right: Ints,
        scores: Floats,
        merge: np.ndarray,
    ) -> None:
        self.size, self.known = len(drafts), known
        self.reported = [_own(draft.event) for draft in drafts]
        self.words = explain(table, left, right)
        self.fed: dict[int, list[Own]] = defaultdict(list)
        self.by_draft: dict[int, list[_Pair]] = defaultdict(list)
        for position, (a, b, score, merged) in enumerate(zip(left, right, scores, merge, strict=True)):
            low, high = sorted((int(a), int(b)))
            draft, other = (high, low) if high < self.size else (low, high)
            minutes = float(self.words[position][1].get("minutes", inf))
            pair = _Pair(
                draft=draft,
                other=other,
                score=round(min(1.0, float(score)), 4),
                minutes=minutes,
                sure=bool(merged),
                position=position,
            )
            self.by_draft[draft].append(pair)

    def decisions(self) -> list[MatchDecision]:
        """For each draft its merge, otherwise the questions about it."""
        joined = self._joined()
        return [
            decision for index in range(self.size) for decision in self._decisions(index, joined.get(index))
        ]

    def _joined(self) -> dict[int, "_Pair"]:
        """The surest consistent pairs.

        Of several drafts of one source that cannot be the same, one gets the event, and the others their next
        best. Events precede drafts; between equally sure pairs, the one nearer in time wins.
        """
        taken: dict[int, _Pair] = {}
        for pair in sorted(
            self._sure(),
            key=lambda pair: (pair.other < self.size, -pair.score, pair.minutes, pair.draft, pair.other),
        ):
            target = (
                pair.other if pair.other >= self.size else self.size + len(self.known.events) + pair.other
            )
            held = self.fed[target] or ([self.reported[pair.other]] if pair.other < self.size else [])
            if pair.draft not in taken and not any(own.is_another(self.reported[pair.draft]) for own in held):
                self.fed[target] = [*held, self.reported[pair.draft]]
                taken[pair.draft] = pair
        return taken

    def _sure(self) -> Iterator["_Pair"]:
        for pairs in self.by_draft.values():
            sure = [pair for pair in pairs if pair.sure and self._may_join(pair)]
            if not self._claimed_by_two(sure):
                yield from sure

    def _may_join(self, pair: "_Pair") -> bool:
        if not self._listed(pair):
            return True
        return pair.score >= SAME_SOURCE_AT and not any(
            own.is_another(self.reported[pair.draft]) for own in self._listed(pair)
        )

    def _listed(self, pair: "_Pair") -> tuple[Own, ...]:
        """The asking source's own listings of the other side."""
        return (
            (self.reported[pair.other],)
            if pair.other < self.size
            else self.known.own.get(self._id(pair.other), ())
        )

    def _claimed_by_two(self, sure: Sequence["_Pair"]) -> bool:
        ids = [self._id(pair.other) for pair in sure if pair.other >= self.size]
        return any(frozenset(two) in self.known.apart for two in combinations(ids, 2))

    def _is_taken(self, pair: "_Pair") -> bool:
        """Whether another draft of this source has the event already, so this draft is another showing."""
        return any(own.is_another(self.reported[pair.draft]) for own in self.fed.get(pair.other, ()))

    def _id(self, other: int) -> str:
        return self.known.events[other - self.size].id

    def _decisions(self, index: int, joined: "_Pair | None") -> Iterator[MatchDecision]:
        if joined is not None:
            yield self._decision(joined, MatchOutcome.MERGE)
            return
        doubtful = [
            pair
            for pair in self.by_draft.get(index, [])
            if pair.other >= self.size and not self._listed(pair) and not self._is_taken(pair)
        ]
        for pair in sorted(doubtful, key=lambda pair: (-pair.sure, -pair.score, pair.other))[:MOST_ASKED]:
            yield self._decision(pair, MatchOutcome.ASK)

    def _decision(self, pair: "_Pair", outcome: MatchOutcome) -> MatchDecision:
        words, fields = self.words[pair.position]
        return MatchDecision(
            draft_index=pair.draft,
            other=pair.other if pair.other < self.size else self._id(pair.other),
            score=pair.score,
            outcome=outcome,
            match_fields=dict(fields),
            reasons=words,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pair:
    """One scored pair.

    Rows of the draft and of the other side, the distance of their starts, whether the matcher joins them, and
    where its words are.
    """

    draft: int
    other: int
    score: float
    minutes: float
    sure: bool
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Misfit:
    """How badly a listing fits the rest of its event.

    The best score against any of the others, with its evidence.
    """

    score: float
    match_fields: Mapping[str, Any]
    reasons: str


def misfits(
    reported: Sequence[tuple[NormalizedEvent, Sequence[Candidate]]], context: SourceContext
) -> list[Misfit | None]:
    """For each changed listing.

    None where it fits any other listing of its event, otherwise how badly it fits. A listing is a misfit only
    far below the threshold of merging: sources use different words, and what was joined for good reasons is
    not split for small ones.
    """
    rows: list[Candidate] = []
    pairs: list[tuple[int, int]] = []
    for number, (event, others) in enumerate(reported):
        first = len(rows)
        rows += [_candidate(f"entry {number}", event, context, event.venue.city), *others]
        pairs += [(first, first + 1 + place) for place in range(len(others))]
    if not pairs:
        return [None] * len(reported)
    model = default_model()
    table = Table.of(rows, dict(model.weights))
    mark_crowded(table)
    left, right = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    scores, words = score_pairs(model, table, left, right), explain(table, left, right)
    found: list[Misfit | None] = []
    position = 0
    for _, others in reported:
        mine = range(position, position + len(others))
        position += len(others)
        best = max(mine, key=lambda row: (float(scores[row]), -row), default=None)
        if best is None or scores[best] >= APART_BELOW:
            found.append(None)
        else:
            found.append(
                Misfit(
                    score=round(float(scores[best]), 4), match_fields=words[best][1], reasons=words[best][0]
                )
            )
    return found


def _own(event: NormalizedEvent) -> Own:
    return Own(
        external_id=event.external_id,
        recurrence_id=event.recurrence_id,
        start=event.start.isoformat() if event.start else "",
        series=event.recurrence.series_id if event.recurrence else "",
        ongoing=bool(event.opening_hours),
    )


def wanted_of(draft: Draft) -> Wanted:
    """The lookup for a draft that is not dropped."""
    event = draft.event
    assert event.start is not None  # the step `times` drops events without a start
    return Wanted(
        city=draft.city,
        day=local_day(event.start, event.timezone),
        title=fold(event.title),
        dated=event.all_day or not event.time_known,
        place_id=draft.place_id,
        url=event.url,
        ticket_url=event.ticket_url,
        lat=event.venue.lat,
        lng=event.venue.lng,
        start=event.start
        if isinstance(event.start, datetime) and event.time_known and not event.all_day
        else None,
    )


def _candidate(
    name: str, event: NormalizedEvent, context: SourceContext, city: str, place: str = ""
) -> Candidate:
    """A source's record for the matcher. Its name cannot be mistaken for an event's id."""
    return Candidate(
        id=name,
        source=context.source_key or context.source_name,
        title=event.title,
        start=event.start,
        end=event.end,
        all_day=event.all_day,
        time_known=event.time_known,
        venue=called(event.venue.name, event.venue.address),
        location=event.venue.address,
        city=event.venue.city or city,
        lat=event.venue.lat,
        lon=event.venue.lng,
        url=event.url,
        ticket_url=event.ticket_url,
        organizer=event.organizer.name if event.organizer else "",
        price_min=None if event.price.min is None else float(event.price.min),
        price_max=None if event.price.max is None else float(event.price.max),
        category=event.category,
        description=event.description,
        place=place,
    )
