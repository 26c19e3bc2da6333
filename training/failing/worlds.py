"""Simulated sources: on which days each fails, or brings nothing."""

from dataclasses import dataclass, replace
from math import exp, log
from typing import Final

import numpy as np

DAYS: Final = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """The parameters of a world.

    `sources` with one of `kinds` of connectors. `fails`: the usual chance that a source that did well fails the next day, which differs
    by `kinds_differ` between kinds and `sources_differ` between sources (standard deviations of the logit). `mends`: the usual chance
    that a failing source does well the next day, which differs likewise. `breaks`: chance a day that a source breaks for good, until
    somebody mends it after `repair` days at the mean. `rests`: chance of a day without any run. Without differences and breaks the
    naive forecast is right.
    """

    sources: int = 60
    kinds: int = 6
    fails: float = 0.03
    mends: float = 0.5
    kinds_differ: float = 0.5
    sources_differ: float = 0.9
    breaks: float = 0.002
    repair: float = 12.0
    rests: float = 0.05


_USUAL: Final = Setting()
#: The model was made in these.
DEVELOPMENT: Final = {
    "usual": _USUAL,
    "few": replace(_USUAL, sources=12),
    "all alike": replace(_USUAL, kinds_differ=0.0, sources_differ=0.0, breaks=0.0),
}
DEVELOPMENT_SEEDS: Final = (1, 2, 3)
#: These decide. In the last the naive forecast is right.
HELD_OUT: Final = {
    "many": replace(_USUAL, sources=250, kinds=15, fails=0.02, mends=0.6),
    "scraped pages": replace(_USUAL, sources=40, kinds=2, fails=0.06, sources_differ=1.3, breaks=0.006, repair=20.0),
    "calm": replace(_USUAL, sources=50, fails=0.005, sources_differ=0.5, breaks=0.001),
    "all alike": replace(_USUAL, sources=80, kinds_differ=0.0, sources_differ=0.0, breaks=0.0, fails=0.05, mends=0.4),
}  # fmt: skip
HELD_OUT_SEEDS: Final = (101, 102, 103)


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedSource:
    """A source. `days`: whether it did badly on each day, None on a day without a run."""

    name: str
    kind: str
    days: tuple[bool | None, ...]


def make_sources(setting: Setting, seed: int) -> list[SimulatedSource]:
    """The sources of that setting. The same seed gives the same days."""
    chance = np.random.default_rng([1138, seed])
    kinds = chance.normal(size=(setting.kinds, 2)) * setting.kinds_differ
    found = []
    for number in range(setting.sources):
        kind = int(chance.integers(setting.kinds))
        fails, mends = (
            _moved(usual, kinds[kind, place] + setting.sources_differ * chance.normal())
            for place, usual in enumerate((setting.fails, setting.mends))
        )
        found.append(
            SimulatedSource(name=f"source {number}", kind=f"kind {kind}", days=_days(setting, fails, mends, chance))
        )  # fmt: skip
    return found


def _days(
    setting: Setting, fails: float, mends: float, chance: np.random.Generator
) -> tuple[bool | None, ...]:
    bad, broken, found = False, False, []
    for _ in range(DAYS):
        if broken:
            broken = chance.random() >= 1 / setting.repair
        elif chance.random() < setting.breaks:
            broken = True
        bad = chance.random() >= mends if bad else chance.random() < fails
        found.append(None if chance.random() < setting.rests else bool(bad or broken))
    return tuple(found)


def _moved(usual: float, by: float) -> float:
    return 1 / (1 + exp(-log(usual / (1 - usual)) - by))
