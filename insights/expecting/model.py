"""Expects seats, visitors and selling out of an event, from how past events went on. Pure.

Seats that are wanted at the start grow from those wanted now as they did, a line in logarithms for each stretch of days, then by what
is known of the organizer, the category and the city, each shrunk toward the whole. Who comes is a share of the seats, shrunk likewise.
The chance of selling out is calibrated: isotonic regression over how far the capacity is from what is expected.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp, log1p, sqrt
from typing import Final, TypeVar

from insights.expecting.calibrating import Steps, isotonic
from insights.expecting.records import Expected, Known, Past, Reach, reach_of

#: Fewer past events say nothing.
LEAST: Final = 20
#: The last day of each stretch that has its own line.
STRETCHES: Final = (1, 2, 3, 5, 7, 10, 14, 20, 30, 60)
#: A line is told as if so many events had stayed as they were; a group as if so many had been as the whole.
_STAYED: Final = 2.0
_AS_ALL: Final = 4.0
#: A share of visitors, as if so many seats had the usual one.
_SEATS_AS_ALL: Final = 60.0
#: The least spread, in logarithms.
_SPREAD: Final = 0.05
Groups = tuple[tuple[str, str], ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Line:
    """log(1 + wanted at the start) = log(1 + wanted now) × `slope` + `rise`; `spread` is the standard deviation around it."""

    rise: float
    slope: float
    spread: float

    def at(self, wanted: float) -> float:
        return self.rise + self.slope * wanted


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt. `effects` by reach and group, `shares` of visitors by group (('', '') is the whole)."""

    lines: dict[int, _Line]
    effects: dict[tuple[str, tuple[str, str]], float]
    shares: dict[tuple[str, str], float]
    steps: dict[Reach, Steps]

    def expect(self, known: Known) -> Expected:
        """What is expected of an event. Seats are at most its capacity."""
        wanted, spread = _wanted(self, known)
        seats = max(0.0, exp(wanted) - 1)
        if known.capacity is not None:
            seats = min(seats, known.capacity)
        share = _nearest(self.shares, _groups(known))
        return Expected(
            registered=seats,
            attendance=None if share is None else seats * share,
            sells_out=_chance(self, known, wanted, spread),
        )


def learn(past: Sequence[Past]) -> Model | None:
    """Learn from past events, any number of days of each. None where they are fewer than LEAST."""
    if len({one.event for one in past}) < LEAST:
        return None
    lines = {last: _line(rows) for last, rows in _by(past, lambda one: _stretch(one.known.days_before)).items()}  # fmt: skip
    shares = _shares(past)
    bare = Model(lines=lines, effects={}, shares=shares, steps={})
    model = Model(lines=lines, effects=_effects(bare, past), shares=shares, steps={})
    return Model(lines=lines, effects=model.effects, shares=shares, steps=_steps(model, past))


def _line(rows: Sequence[Past]) -> _Line:
    """Least squares, each event with the same weight, drawn toward “it stays as it is”."""
    weights = _weights(rows)
    points = [(log1p(_now(one.known)), log1p(one.held + one.waiting), weights[one.event]) for one in rows]
    total = sum(weight for *_, weight in points)
    centre = sum(x * weight for x, _, weight in points) / total
    growth = sum((y - x) * weight for x, y, weight in points) / (total + _STAYED)
    across = sum((x - centre) ** 2 * weight for x, _, weight in points)
    along = sum((x - centre) * (y - x - growth) * weight for x, y, weight in points)
    slope = 1 + along / (across + _STAYED)
    rise = centre + growth - slope * centre
    rest = sum((y - rise - slope * x) ** 2 * weight for x, y, weight in points) / total
    return _Line(rise, slope, max(_SPREAD, sqrt(rest)))


def _effects(model: Model, past: Sequence[Past]) -> dict[tuple[str, tuple[str, str]], float]:
    """What is left of cities, then of categories, then of organizers, by reach."""
    found: dict[tuple[str, tuple[str, str]], float] = {}
    for reach, rows in _by(past, lambda one: reach_of(one.known.days_before)).items():
        weights = _weights(rows)
        left = [log1p(one.held + one.waiting) - _wanted(model, one.known)[0] for one in rows]
        for level in range(3):
            sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
            for one, rest in zip(rows, left, strict=True):
                group = _groups(one.known)[level]
                sums[group][0] += rest * weights[one.event]
                sums[group][1] += weights[one.event]
            effects = {
                group: total / (weight + _AS_ALL) for group, (total, weight) in sums.items() if group[1]
            }
            left = [
                rest - effects.get(_groups(one.known)[level], 0.0)
                for one, rest in zip(rows, left, strict=True)
            ]
            found |= {(reach, group): effect for group, effect in effects.items()}
    return found


def _shares(past: Iterable[Past]) -> dict[tuple[str, str], float]:
    """The share of seats whose people came, of the whole and of each group; none where nobody checked in."""
    events = {one.event: one for one in past if one.came is not None and one.held}
    held = sum(one.held for one in events.values())
    if not held:
        return {}
    usual = sum(one.came or 0 for one in events.values()) / held
    found = {("", ""): usual}
    for level in range(3):
        sums: dict[Groups, list[int]] = defaultdict(lambda: [0, 0])
        for one in events.values():
            path = _groups(one.known)[: level + 1]
            sums[path][0] += one.came or 0
            sums[path][1] += one.held
        for path, (came, seats) in sums.items():
            if path[-1][1]:
                above = _nearest(found, path[:-1])
                found[path[-1]] = (came + _SEATS_AS_ALL * (usual if above is None else above)) / (
                    seats + _SEATS_AS_ALL
                )
    return found


def _steps(model: Model, past: Iterable[Past]) -> dict[Reach, Steps]:
    """The chances by reach. Days with seats left count alike: an event that was full early has few of them, as when it is asked."""
    rows = [one for one in past if one.known.capacity is not None and not one.known.is_full]
    found = {}
    for reach, days in _by(rows, lambda one: reach_of(one.known.days_before)).items():
        weight = len({one.event for one in days}) / len(days)
        found[reach] = isotonic(
            (_margin(one.known, *_wanted(model, one.known)), one.is_sold_out, weight) for one in days
        )
    return found


def _chance(model: Model, known: Known, wanted: float, spread: float) -> float | None:
    steps = model.steps.get(reach_of(known.days_before))
    if steps is None or known.capacity is None or known.is_full:
        return None
    return steps.at(_margin(known, wanted, spread))


def _wanted(model: Model, known: Known) -> tuple[float, float]:
    """log(1 + seats wanted at the start), and the standard deviation. A stretch that nobody has seen is told by the nearest before it."""
    last = _stretch(known.days_before)
    seen = [one for one in model.lines if one <= last] or [min(model.lines)]
    line, reach = model.lines[max(seen)], reach_of(known.days_before)
    effect = sum(model.effects.get((reach, group), 0.0) for group in _groups(known))
    return line.at(log1p(_now(known))) + effect, line.spread


def _margin(known: Known, wanted: float, spread: float) -> float:
    """How far what is wanted is beyond the capacity, in standard deviations."""
    return (wanted - log1p(known.capacity or 0)) / spread


def _now(known: Known) -> int:
    return known.held + known.waiting


def _groups(known: Known) -> Groups:
    """From the widest to the narrowest. A category is that of a city."""
    return (
        ("city", known.city),
        ("category", known.category and f"{known.city}/{known.category}"),
        ("organizer", known.organizer),
    )


def _nearest(shares: dict[tuple[str, str], float], groups: Groups) -> float | None:
    """The share of the narrowest group that has one, else of the whole."""
    return next((shares[group] for group in reversed(groups) if group in shares), shares.get(("", "")))


def _weights(rows: Iterable[Past]) -> dict[str, float]:
    """1 by the number of an event's days."""
    days: dict[str, int] = defaultdict(int)
    for one in rows:
        days[one.event] += 1
    return {event: 1 / number for event, number in days.items()}


def _by(rows: Iterable[Past], key: Callable[[Past], T]) -> dict[T, list[Past]]:
    found: dict[T, list[Past]] = defaultdict(list)
    for one in rows:
        found[key(one)].append(one)
    return found


def _stretch(days_before: int) -> int:
    return next(last for last in STRETCHES if days_before <= last)
