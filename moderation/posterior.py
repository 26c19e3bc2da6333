"""How far facts can be trusted after verdicts on them: a Beta posterior, and the right that follows from it.

Pure. Each verdict on a group of fields is a trial, right or wrong. It weighs half after each half-life, since a source
changes its hands and its software. The prior says what is expected of a kind of source before any verdict; it does not
fade. The interval has 90 % of the posterior between its ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

#: The share of the posterior below the interval, and above it.
TAIL: Final = 0.05
#: For each kind of source the verdicts that its prior is worth: (right, wrong). Data of a platform is expected to be
#: right four times in five; what anybody may send, every second time.
PRIORS: Final[Mapping[str, tuple[float, float]]] = {
    "api": (4.0, 1.0), "ical": (3.0, 1.0), "rss": (2.0, 1.0), "webhook": (2.0, 1.0), "page": (2.0, 1.0), "scraper": (1.5, 1.0),
    "submission": (1.0, 1.0), "submitter": (1.0, 1.0),
}  # fmt: skip
UNKNOWN_PRIOR: Final = (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """One verdict on one group of fields."""

    at: datetime
    right: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What it takes: at least `verdicts` and a lower end of `gained` for the right; a wrong verdict that takes the
    lower end below `lost` ends it."""

    verdicts: int = 10
    gained: float = 0.75
    lost: float = 0.65
    half_life: timedelta = timedelta(days=180)


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """The posterior Beta(`right`, `wrong`) at a moment, after `verdicts`, and whether it gives the right."""

    at: datetime
    right: float
    wrong: float
    verdicts: int
    low: float
    high: float
    has_right: bool = False

    @property
    def mean(self) -> float:
        """The expected share of right facts, 0 to 1."""
        return self.right / (self.right + self.wrong)


def prior_of(kind: str) -> tuple[float, float]:
    """The prior of a kind of source."""
    return PRIORS.get(kind, UNKNOWN_PRIOR)


def posterior(
    trials: Iterable[Trial], *, prior: tuple[float, float], now: datetime, half_life: timedelta
) -> Point:
    """The posterior of `trials` at `now`, whatever their order. A trial of the future counts as one of now."""
    right, wrong, count = prior[0], prior[1], 0
    for one in trials:
        weight = _faded(now - one.at, half_life)
        right, wrong, count = right + weight * one.right, wrong + weight * (not one.right), count + 1
    low, high = (ends[0] for ends in _interval([right], [wrong]))
    return Point(at=now, right=right, wrong=wrong, verdicts=count, low=low, high=high)


def history(trials: Iterable[Trial], *, prior: tuple[float, float], terms: Terms) -> list[Point]:
    """The posterior after each moment with verdicts, whatever their order, oldest first.

    The right is gained where the lower end reaches `terms.gained` after enough verdicts, and lost only by a wrong
    verdict: neither silence, which widens the interval, nor a right verdict takes it away.
    """
    steps = _steps(trials, prior, terms.half_life)
    if not steps:
        return []
    rights, wrongs = [step[1] for step in steps], [step[2] for step in steps]
    lows, highs = _interval(rights, wrongs)
    found: list[Point] = []
    has_right = False
    for (at, right, wrong, count, fell), low, high in zip(steps, lows, highs, strict=True):
        if count >= terms.verdicts and low >= terms.gained:
            has_right = True
        elif fell and low < terms.lost:
            has_right = False
        found.append(
            Point(at=at, right=right, wrong=wrong, verdicts=count, low=low, high=high, has_right=has_right)
        )  # fmt: skip
    return found


def _steps(
    trials: Iterable[Trial], prior: tuple[float, float], half_life: timedelta
) -> Sequence[tuple[datetime, float, float, int, bool]]:
    """(moment, right, wrong, verdicts so far, whether one was wrong), for each moment."""
    right = wrong = 0.0
    count, before, steps = 0, None, []
    for at, group in groupby(sorted(trials, key=lambda one: one.at), key=lambda one: one.at):
        weight = _faded(at - before, half_life) if before is not None else 1.0
        same = [one.right for one in group]
        right, wrong = right * weight + sum(same), wrong * weight + len(same) - sum(same)
        count, before = count + len(same), at
        steps.append((at, prior[0] + right, prior[1] + wrong, count, not all(same)))
    return steps


def _faded(age: timedelta, half_life: timedelta) -> float:
    """The weight of a verdict of that age, 0 to 1."""
    return float(0.5 ** (max(age, timedelta(0)) / half_life))


def _interval(right: Sequence[float], wrong: Sequence[float]) -> tuple[list[float], list[float]]:
    """The ends of the intervals of Beta distributions."""
    from scipy.special import betaincinv

    low, high = (betaincinv(right, wrong, share) for share in (TAIL, 1 - TAIL))
    return low.tolist(), high.tolist()
