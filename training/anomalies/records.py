"""What a simulated year holds, and what was planted in it."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from insights.anomalies.judging import Kind

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Days before the year that is judged, from which the first baselines are learnt.
WARM_UP: Final = 70
YEAR: Final = 365


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """The parameters of a world.

    `rate`: median of new events a day and source, which differ by `rates` (standard deviation of the logarithm). `noise`: how much more
    than by chance days differ (variance of a factor of mean 1), `drift` the same for weeks. `weekdays`: how much weekdays differ.
    `growth`: factor in a year. `holidays`: single days a year on which all sources of a city bring a share of up to `holiday_share`;
    `seasons`: stretches of 3 to 7 such days. `summer`: share that is missing at the low of the year. `bursts`: share of sources that
    tell a programme at once, every 20 to 40 days, and little between. `skips`: chance of a day whose events come the day after.
    `priced`: share of events with a price; `price_noise` the standard deviation of its logarithm, `expensive` how many weeks a year a
    source tells something dearer (a festival, times 1.3 to 1.8). `sign_ups` a day; `campaigns`: days a year with up to `campaign` times
    as many, which nobody wants to be told of.
    """

    cities: int = 4
    sources: int = 12
    rate: float = 5.0
    rates: float = 1.1
    noise: float = 0.10
    drift: float = 0.02
    weekdays: float = 0.5
    growth: float = 1.2
    holidays: int = 11
    holiday_share: float = 0.4
    seasons: int = 2
    summer: float = 0.25
    bursts: float = 0.15
    skips: float = 0.01
    priced: float = 0.6
    price_noise: float = 0.6
    expensive: int = 4
    sign_ups: float = 12.0
    campaigns: int = 6
    campaign: float = 2.5


_USUAL: Final = Setting()
#: Rules were tuned in these.
DEVELOPMENT: Final = {
    "usual": _USUAL,
    "few sources": replace(_USUAL, cities=1, sources=3, rate=8.0),
    "restless": replace(_USUAL, noise=0.3, drift=0.06, skips=0.03, bursts=0.3),
    "small cities": replace(_USUAL, cities=6, sources=4, rate=4.0, seasons=3),
    "many sign-ups": replace(_USUAL, cities=1, sign_ups=100.0, campaigns=12, campaign=3.0),
}
DEVELOPMENT_SEEDS: Final = (1, 2, 3)
#: These decide. They differ from those above in size, noise, holidays, and growth.
HELD_OUT: Final = {
    "one large city": replace(_USUAL, cities=1, sources=40, rate=7.0, rates=1.3, holidays=14, sign_ups=60.0, campaigns=10),
    "many small cities": replace(_USUAL, cities=10, sources=5, rate=3.0, growth=1.6, seasons=3, sign_ups=25.0),
    "two sources": replace(_USUAL, cities=1, sources=2, rate=12.0, rates=0.4, bursts=0.0, sign_ups=3.0),
    "wild": replace(_USUAL, cities=3, noise=0.25, drift=0.08, weekdays=0.8, growth=0.8, summer=0.45, skips=0.02, bursts=0.25,
                    price_noise=0.9, expensive=8, campaigns=12, campaign=4.0),
}  # fmt: skip
#: After a look at 101 to 104 the rules for campaigns and for cities with few sources were mended, after one at 201 to 204 those of prices.
HELD_OUT_SEEDS: Final = (301, 302, 303, 304)


@dataclass(frozen=True, kw_only=True, slots=True)
class Planted:
    """Something out of the usual, from day `first` to `last`; of sign-ups these are hours. `rate`: what the key usually has in a day."""

    kind: Kind
    key: str
    first: int
    last: int
    rate: float


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Counts by key and day (WARM_UP + YEAR days), prices by source and day, sign-ups by hour, and what was planted.

    `consequences` are keys that a planted anomaly also touches, as (kind, key, first, last): an alert about them is no false one.
    """

    counts: dict[str, Ints]
    categories: dict[str, Ints]
    prices: dict[str, list[Floats]]
    sign_ups: Ints
    planted: list[Planted]
    consequences: list[tuple[Kind, str, int, int]]

    @staticmethod
    def city_of(key: str) -> str:
        """The city of a source or category: the first part of its key."""
        return key.partition(":")[0]
