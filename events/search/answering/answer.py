"""One answer: the events that fulfil the question, and where they are few, the nearest others."""

from collections.abc import Sequence
from datetime import datetime

from events.filters import EventFilter
from events.queries.counting import Counted, Facets
from events.queries.days import hours_read_once
from events.search.answering.exact import (
    behind,
    best,
    count_and_rows,
    count_at_once,
    count_with_facets,
    rows,
)
from events.search.answering.filling import Page, fill
from events.search.answering.limits import Steps
from events.search.answering.ranking import Ranked
from events.search.records import Answer, Found, Hit, Place

#: Each part of a score, in words.
_REASONS = {
    "text": "holds the words",
    "title": "the title holds every word",
    "phrase": "the title holds the words side by side",
    "share": "the title says little else",
    "whole": "the words stand whole",
    "kind": "names its kind",
    "soon": "begins soon",
    "near": "is near",
    "quality": "is well described",
    "meaning": "is close in meaning",
    "held": "holds words of the question",
}
#: A part below this is no reason.
_LEAST = 0.5
_LEAST_OF = {"text": 0.05, "meaning": 0.0}
_WAYS = {
    Found.SPELLING: "after a typing error was forgiven",
    Found.RELAXED: "after a part of the question was left out",
}


@hours_read_once()
def answer(
    wanted: EventFilter,
    *,
    now: datetime,
    limit: int = 20,
    offset: int = 0,
    spare: int = 0,
    explain: bool = False,
    facets: bool = False,
) -> Answer:
    """The events from place `offset` on, at most `limit`, best first.

    Where fewer than `limit` fulfil the question, one page is filled with the nearest others, so that it is empty only
    where no event is listed. Where more do, up to `spare` further ones follow, for a page that puts some together. A time
    limit that ends a step is said, not raised. With `facets` their values are counted together with the events.
    """
    steps = Steps()
    counted, values, begun = _counted(
        wanted, steps, now=now, facets=facets, offset=offset, limit=limit + spare
    )
    if counted is None:
        return _uncounted(wanted, steps, now=now, limit=limit, offset=offset, explain=explain)
    none: Sequence[Ranked] = ()
    short = counted.all < limit
    first, most = (0, limit) if short else (offset, limit + spare)
    if begun is None or first != offset:
        begun = steps.run(lambda: rows(wanted, counted, now=now, offset=first, limit=most), none)
    page = Page(most)
    page.add(begun, Found.WORDS)
    if short:
        fill(page, wanted, steps, now=now)
    hits = tuple(_hit(row, found, explain) for row, found in page.rows[offset - first :])
    return Answer(
        hits=hits,
        total=counted.total,
        is_capped=counted.is_capped,
        exact=sum(hit.found is Found.WORDS for hit in hits),
        relaxed=tuple(page.said),
        degraded=steps.degraded,
        is_loading=steps.is_loading,
        has_more=not short and offset + len(hits) < counted.total,
        facets=values,
    )


@hours_read_once()
def onward(wanted: EventFilter, place: Place, *, now: datetime, limit: int, explain: bool = False) -> Answer:
    """The events behind `place`, at most `limit`. Where a time limit ended the search, none, and `has_more`: ask again."""
    steps = Steps()
    found = steps.run(lambda: behind(wanted, place, now=now, limit=limit + 1), None)
    counted = steps.run(lambda: count_at_once(wanted, now=now), None)
    hits = tuple(_hit(row, Found.WORDS, explain) for row in (found or ())[:limit])
    return Answer(
        hits=hits,
        total=counted.total if counted else len(hits),
        is_capped=counted is None or counted.is_capped,
        exact=len(hits),
        degraded=steps.degraded,
        has_more=found is None or len(found) > limit,
    )


def _counted(
    wanted: EventFilter, steps: Steps, *, now: datetime, facets: bool, offset: int, limit: int
) -> tuple[Counted | None, Facets, Sequence[Ranked] | None]:
    """How many events there are, None where counting takes too long; and the events, where they were found with it."""
    if facets:
        neither: tuple[Counted | None, Facets] = None, {}
        return *steps.run(lambda: count_with_facets(wanted, now=now), neither), None
    none: tuple[Counted | None, Sequence[Ranked] | None] = None, None
    counted, found = steps.run(lambda: count_and_rows(wanted, now=now, offset=offset, limit=limit), none)
    return counted, {}, found


def _uncounted(
    wanted: EventFilter, steps: Steps, *, now: datetime, limit: int, offset: int, explain: bool
) -> Answer:
    """The page of a question whose events took too long to be counted: nothing is said of what there is not."""
    none: Sequence[Ranked] = ()
    found = steps.run(lambda: best(wanted, now=now, limit=offset + limit + 1), none)[offset:]
    hits = tuple(_hit(row, Found.WORDS, explain) for row in found[:limit])
    return Answer(
        hits=hits,
        total=offset + len(hits),
        is_capped=len(found) > limit,
        exact=len(hits),
        degraded=True,
        has_more=len(found) > limit,
    )


def _hit(row: Ranked, found: Found, explain: bool) -> Hit:
    if not explain:
        return Hit(event_id=row.event_id, found=found, score=row.score, rank=row.rank)
    said = [
        _REASONS[part]
        for part, value in row.parts.items()
        if value > 0 and value >= _LEAST_OF.get(part, _LEAST)
    ]
    said += [_WAYS[found]] if found in _WAYS else []
    return Hit(
        event_id=row.event_id,
        found=found,
        score=row.score,
        parts=row.parts,
        reasons=tuple(said),
        rank=row.rank,
    )
