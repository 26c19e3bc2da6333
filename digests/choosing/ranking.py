"""Chooses the lines of a digest: by relevance to the subscriber, quality, trend, and so that they differ. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from digests.choosing.records import NOBODY, Line, Taste

#: What counts how much; quality and trend are 0 to 1 each.
_FOLLOWED, _SAVED, _PREFERRED, _LIKED, _QUALITY, _TREND = 2.5, 1.5, 1.0, 0.6, 0.8, 1.0
#: What fits what somebody did counts so much, in place of quality, trend and what they saved.
_LEARNT = 2.5
#: A line counts for so much less with each line before it of its category, its venue, its day.
_SAME_CATEGORY, _SAME_VENUE, _SAME_DAY = 0.3, 0.6, 0.1
#: Lines of one venue: where there are others, and at all; the share of lines that venues with little on are sure of.
MOST_OF_VENUE: Final = 2
MOST_AT_ALL: Final = 4
SMALL_SHARE: Final = 0.2
#: A venue with at most so many lines in the pool is small, beside one with more.
_FEW: Final = 2
#: So many of the best lines, for each that is wanted, are compared with each other.
_LOOKED_AT: Final = 8


def chosen(
    lines: Iterable[Line],
    *,
    most: int,
    taste: Taste = NOBODY,
    told: Collection[UUID] = (),
    one_venue: bool = False,
) -> list[Line]:
    """At most `most` lines, the most relevant first, without the dates that were `told` before.

    `one_venue`: all are on in one place by what was asked for.
    """
    rest = [kept for line in lines if (kept := _untold(line, told))]
    scored = sorted(((score(line, taste), line) for line in rest), key=_best_first)
    near = scored[: most * _LOOKED_AT]
    if one_venue:
        picked = _varied(near, most, of_venue=most)
    else:
        picked = _varied(near, most, of_venue=MOST_OF_VENUE)
        if len(picked) < most:
            picked = _varied(near, most, of_venue=MOST_AT_ALL)
        picked = _with_small(picked, scored, most)
    return [line for _, line in sorted(picked, key=_best_first)]


def score(line: Line, taste: Taste) -> float:
    """How much a line is worth to somebody."""
    usual = _QUALITY * line.quality + _TREND * line.trend
    if taste is NOBODY:
        return usual
    ids = {one.id for one in line.dates}
    if taste.learnt:
        found = _LEARNT * max(taste.learnt.get(pk, 0.0) for pk in ids)
    else:
        liked = max(taste.liked.get(line.category, 0.0), taste.liked.get(line.venue, 0.0))
        found = usual + _LIKED * liked
    found += _FOLLOWED * bool(line.follows & taste.follows) + _SAVED * bool(ids & taste.saved)
    return found + _PREFERRED * bool(ids & taste.preferred)


def small_venues(lines: Iterable[Line]) -> frozenset[str]:
    """The venues that have little on, beside others that have more."""
    counts = Counter(line.venue for line in lines if line.venue)
    if not counts or max(counts.values()) <= _FEW:
        return frozenset()
    return frozenset(venue for venue, count in counts.items() if count <= _FEW)


_Scored = tuple[float, Line]


def _best_first(one: _Scored) -> tuple[float, object, object]:
    return -one[0], one[1].first.start_at, one[1].first.id


def _untold(line: Line, told: Collection[UUID]) -> Line | None:
    if not told:
        return line
    dates = tuple(one for one in line.dates if one.id not in told)
    if len(dates) == len(line.dates):
        return line
    return replace(line, dates=dates) if dates else None


def _varied(scored: Sequence[_Scored], most: int, *, of_venue: int) -> list[_Scored]:
    """One after the other the line that is worth most after what stands before it."""
    rest, picked = list(scored), list[_Scored]()
    categories, venues, days = Counter[str](), Counter[str](), Counter[object]()
    while rest and len(picked) < most:
        worth = [
            one[0] - _SAME_CATEGORY * categories[one[1].category] - _SAME_VENUE * venues[one[1].venue] - _SAME_DAY * days[one[1].first.day]
            for one in rest
        ]  # fmt: skip
        best = rest.pop(max(range(len(rest)), key=lambda number: worth[number]))
        line = best[1]
        if line.venue and venues[line.venue] >= of_venue:
            continue
        picked.append(best)
        categories[line.category] += 1
        days[line.first.day] += 1
        if line.venue:
            venues[line.venue] += 1
    return picked


def _with_small(picked: list[_Scored], scored: Sequence[_Scored], most: int) -> list[_Scored]:
    """With the best lines of small venues in place of the last others, where too few are among them."""
    small = small_venues(line for _, line in scored)
    held = {id(line) for _, line in picked}
    lacking = round(most * SMALL_SHARE) - sum(line.venue in small for _, line in picked)
    waiting = [one for one in scored if one[1].venue in small and id(one[1]) not in held]
    others = [one for one in sorted(picked, key=_best_first, reverse=True) if one[1].venue not in small]
    for new in waiting[: max(lacking, 0)]:
        if len(picked) >= most:
            if not others:
                break
            picked.remove(others.pop(0))
        picked.append(new)
    return picked
