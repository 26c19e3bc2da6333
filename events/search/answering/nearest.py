"""The events that come nearest to a question: candidates of several kinds, measured by one scale."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from pgvector import HalfVector

from events.filters import EventFilter
from events.search.answering.exact import best
from events.search.answering.limits import Steps
from events.search.answering.loosening import Looser, looser
from events.search.answering.meaning import (
    LEAST_ALIKE,
    MOST_COMPARED,
    MOST_COMPARED_BESIDE,
    alike,
    is_ready,
    vector_of,
)
from events.search.answering.nearness import Near, Sought, holders, measured, sought
from events.search.answering.ranking import Ranked
from flags.models import Flag
from flags.services import is_on

#: What likeness in meaning counts against the words of a question, which count 1 together.
_MEANING = 1.0
#: An event that begins soon precedes one that is as near.
_SOON = 0.1
#: The loss of the whole place: to find some words of a question anywhere takes longest and brings least.
_ELSEWHERE = 1.0


@dataclass(frozen=True, slots=True)
class Nearby:
    """An event near a question: what was left out to find it, if anything, the words that it `lacks`, whether it `holds` any."""

    ranked: Ranked
    way: Looser | None
    lacks: tuple[str, ...]
    holds: bool

    @property
    def event_id(self) -> UUID:
        return self.ranked.event_id


def nearest(
    wanted: EventFilter, steps: Steps, *, seen: Collection[UUID], now: datetime, limit: int
) -> list[Nearby]:
    """The events that come nearest to `wanted` and were not `seen`, the nearest first; real ones precede samples.

    Candidates hold some of its words, or are alike in meaning, or fulfil all but one of its conditions. A category
    that was read from a word counts as that word. Without words, one condition is left out: the first that adds any.
    """
    none: tuple[Sought, ...] = ()
    words = steps.run(lambda: sought(wanted), none)
    vector = steps.run(lambda: vector_of(wanted.q), None) if wanted.q and _is_ready(steps, wanted.q) else None
    ways: dict[UUID, Looser | None] = {}
    for way, found in _candidates(
        wanted, words, vector, steps, now, limit, bool(seen), lambda: len(ways) * 2 >= limit
    ):
        for event_id in found:
            if event_id not in seen:
                ways.setdefault(event_id, way)
        if ways and not words:
            break
    nowhere: dict[UUID, Near] = {}
    near = steps.run(lambda: measured(list(ways), words, vector, now=now), nowhere) if ways else nowhere
    rows = [(near[pk].is_sample, _nearby(near[pk], words, way)) for pk, way in ways.items() if pk in near]
    kept = [(sample, row) for sample, row in rows if row.holds or row.ranked.parts["meaning"] >= LEAST_ALIKE]
    kept.sort(key=lambda pair: (pair[0], -pair[1].ranked.score))
    return [row for _, row in kept][:limit]


def _candidates(
    wanted: EventFilter,
    words: Sequence[Sought],
    vector: HalfVector | None,
    steps: Steps,
    now: datetime,
    limit: int,
    some: bool,
    has_enough: Callable[[], bool],
) -> Iterator[tuple[Looser | None, Sequence[UUID]]]:
    soft = wanted.without("categories", "category_words") if wanted.category_words else wanted
    none: Sequence[UUID] = ()
    nothing: Sequence[Ranked] = ()
    few: Sequence[Near] = ()
    if words:
        near = steps.run(partial(holders, soft, words, now=now, limit=limit), few)
        yield None, [one.event_id for one in near]
    if vector is not None:
        several = (wanted,) if soft == wanted else (wanted, soft)
        most = (MOST_COMPARED_BESIDE if some else MOST_COMPARED) // len(several)
        for one in several:
            yield None, steps.run(partial(alike, one, vector, now=now, limit=limit, most=most), none)
    # what asks for nothing is left to the next events
    less = [one for one in looser(soft) if one.filter != EventFilter(ordering=wanted.ordering)]
    whole = 0
    for way in less:
        # where enough hold some words already, only what holds all of them comes nearer by losing a condition
        if words and way.loss < _ELSEWHERE and not has_enough():
            near = steps.run(partial(holders, way.filter, words, now=now, limit=limit), few)
            whole += sum(all(one.held) for one in near)
            yield way, [one.event_id for one in near]
        elif way.loss < _ELSEWHERE or whole < limit:
            elsewhere = not way.filter.city
            found = steps.run(partial(best, way.filter, now=now, limit=limit, roughly=elsewhere), nothing)
            yield way, [row.event_id for row in found]
    for way in less if words else ():
        # elsewhere some of the words lose to what is near, and a frequent word is held by much of the whole world
        if way.loss >= _ELSEWHERE and not has_enough():
            near = steps.run(partial(holders, way.filter, words, now=now, limit=limit), few)
            yield way, [one.event_id for one in near]


def _is_ready(steps: Steps, question: str) -> bool:
    """Whether meanings may be compared, and can be now; else the answer lacks what is alike, until the encoder is loaded."""
    if not is_on(Flag.SEARCH_BY_MEANING, key=question):
        return False
    if not is_ready():
        steps.is_loading = True
        return False
    return True


def _nearby(near: Near, words: Sequence[Sought], way: Looser | None) -> Nearby:
    told = sum(word.tells for word in words)
    held = sum(word.tells * part for word, part in zip(words, near.held, strict=True)) / told if told else 1.0
    parts = {
        "held": held,
        "meaning": _MEANING * near.alike,
        "lost": -way.loss if way else 0.0,
        "soon": _SOON * near.soon,
    }
    lacks = tuple(word.text for word, part in zip(words, near.held, strict=True) if not part)
    return Nearby(Ranked(near.event_id, parts), way, lacks, held > 0)
