"""The chance that a source fails, or brings nothing, on a day of the coming three, from the days before. Pure.

By how it did last (well, badly, badly again), as often as that went on for this source, shrunk toward those of its connector, and they
toward all. The naive forecast says what all sources had after such a last day, well or badly.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: Days that are forecast, today included.
AHEAD: Final = 3
#: How it did is told by the last day with a run, of so many days.
RECENT: Final = 7
#: What was half as many days ago counts twice.
_HALF: Final = 45.0
#: As if so many days more had been as the wider group.
_AS_WIDER: Final = 16.0
Days = Sequence[bool | None]


class State(StrEnum):
    """How a source did on its last days with a run."""

    WELL = "well"
    BADLY = "badly"
    AGAIN = "again"


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """A source and its days up to yesterday, the oldest first: whether it did badly, None without a run."""

    key: str
    kind: str
    days: Days


@dataclass(frozen=True, slots=True)
class Chances:
    """What was learnt: by ours and by the naive forecast."""

    rates: dict[tuple[str, str, State], float]
    naive: dict[bool, float]

    def ours(self, history: History) -> float | None:
        """The chance that it does badly on a day of the coming three; None where nothing says it."""
        state = state_of(history.days)
        if state is None:
            return None
        paths = (("source", history.key, state), ("kind", history.kind, state), ("", "", state))
        return next((self.rates[path] for path in paths if path in self.rates), None)

    def by_last_day(self, history: History) -> float | None:
        """The naive forecast."""
        state = state_of(history.days)
        return None if state is None else self.naive.get(state is not State.WELL)


def state_of(days: Days) -> State | None:
    """How it did last; None without a run of late."""
    runs = [bad for bad in days[-RECENT:] if bad is not None]
    if not runs:
        return None
    if not runs[-1]:
        return State.WELL
    return State.AGAIN if len(runs) > 1 and runs[-2] else State.BADLY


def outcome(days: Days) -> bool | None:
    """Whether it did badly on any of these days; None without a run."""
    runs = [bad for bad in days if bad is not None]
    return any(runs) if runs else None


def learn(histories: Iterable[History]) -> Chances:
    """Learn from how it went on after each day."""
    sums: dict[tuple[str, str, State], list[float]] = defaultdict(lambda: [0.0, 0.0])
    naive: dict[bool, list[float]] = defaultdict(lambda: [0.0, 0.0])
    wider: dict[tuple[str, str, State], tuple[str, str, State]] = {}
    for one in histories:
        for end in range(1, len(one.days) - AHEAD + 1):
            state, bad = state_of(one.days[:end]), outcome(one.days[end : end + AHEAD])
            if state is None or bad is None:
                continue
            weight = 0.5 ** ((len(one.days) - AHEAD - end) / _HALF)
            own, kind, every = ("source", one.key, state), ("kind", one.kind, state), ("", "", state)
            wider[own], wider[kind] = kind, every
            for counted in (sums[own], sums[kind], sums[every], naive[state is not State.WELL]):
                counted[0] += weight * bad
                counted[1] += weight
    rates: dict[tuple[str, str, State], float] = {}
    for part in ("", "kind", "source"):
        for path, (hits, total) in sums.items():
            if path[0] == part:
                above = rates[wider[path]] if part else hits / total
                rates[path] = (hits + _AS_WIDER * above) / (total + _AS_WIDER)
    return Chances(rates, {bad: hits / total for bad, (hits, total) in naive.items()})
