"""How many of the planted anomalies are found, how soon, and how many alerts are false, by the product's own rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from insights.anomalies.baselines import DAYS, WEEK, WEEKS
from insights.anomalies.judging import (
    LEVEL_HOURS,
    Counts,
    Judged,
    Kind,
    Prices,
    crowd,
    fewer,
    goes_on,
    price,
    vanished,
)
from training.anomalies.records import WARM_UP, YEAR, Floats, Ints, World

#: So many days after a planted one has ended, a window still contains it.
_TAIL: Final = 2 * WEEK
_KEPT: Final = DAYS


@dataclass(slots=True)
class Score:
    """Of one kind: planted, found, days (of sign-ups hours) until they were found, and false alerts, by year that was judged."""

    planted: int = 0
    found: int = 0
    years: int = 0
    keys: int = 0
    delays: list[int] = field(default_factory=list)
    false: int = 0

    @property
    def recall(self) -> float:
        """Found of planted."""
        return self.found / self.planted if self.planted else 0.0

    @property
    def false_a_year(self) -> float:
        """False alerts in a year of a whole world."""
        return self.false / self.years if self.years else 0.0

    @property
    def precision(self) -> float:
        """Of all alerts that were true or false, the true ones, with as many planted as there were."""
        alerts = self.found + self.false
        return self.found / alerts if alerts else 0.0


#: Alerts as (key, moment at which it was raised, moment at which it ended).
Alert = tuple[str, int, int]


def alerts_of(world: World) -> dict[Kind, list[Alert]]:
    """The alerts that the rules would have raised in the year."""
    days = range(WARM_UP, WARM_UP + YEAR)
    prices = {source: _medians(rows) for source, rows in world.prices.items()}
    return {
        Kind.FEWER: list(_raised((day, fewer(_counts(world.counts, day))) for day in days)),
        Kind.VANISHED: list(_raised((day, vanished(_counts(world.categories, day))) for day in days)),
        Kind.PRICE: list(_raised((day, _prices(prices, day)) for day in days)),
        Kind.CROWD: list(_raised(_crowds(world.sign_ups))),
    }


def score(world: World, totals: dict[Kind, Score], *, least: float = 0.0) -> None:
    """Add a world's figures to the totals. Planted ones of a key that has fewer than `least` a day are left out."""
    alerts = alerts_of(world)
    for kind in Kind:
        total = totals.setdefault(kind, Score())
        total.years += 1
        tail = 2 if kind is Kind.CROWD else _TAIL
        planted = [one for one in world.planted if one.kind is kind]
        true = [(one.key, one.first, one.last + tail) for one in planted]
        true += [(key, first, last + tail) for other, key, first, last in world.consequences if other is kind]
        for one in planted:
            if one.rate < least:
                continue
            total.planted += 1
            during = [
                begin
                for key, begin, end in alerts[kind]
                if key == one.key and begin <= one.last + 1 and end >= one.first
            ]
            if during:
                total.found += 1
                total.delays.append(max(0, min(during) - one.first))
        total.false += sum(
            not any(key == other and first <= begin <= last for other, first, last in true)
            for key, begin, _ in alerts[kind]
        )


def _raised(looks: Iterable[tuple[int, Mapping[str, Judged]]]) -> Iterator[Alert]:
    """Alerts are opened and closed as the product does."""
    begun: dict[str, int] = {}
    moment = 0
    for moment, judged in looks:
        for key in [*begun]:
            if not goes_on(judged.get(key)):
                yield key, begun.pop(key), moment
        for key, one in judged.items():
            if one.is_out and key not in begun:
                begun[key] = moment
    yield from ((key, first, moment + 1) for key, first in begun.items())


def _counts(series: Mapping[str, Ints], day: int) -> dict[str, Counts]:
    return {
        key: Counts(days=rows[day + 1 - _KEPT : day + 1].tolist(), known=_KEPT, city=World.city_of(key))
        for key, rows in series.items()
    }


def _medians(rows: list[Floats]) -> Prices:
    found: Prices = Prices(by_day=[(len(one), _median(one)) for one in rows], by_week=[])
    weeks = [np.concatenate(rows[max(0, day - 6) : day + 1]) for day in range(len(rows))]
    return Prices(by_day=found.by_day, by_week=[(len(one), _median(one)) for one in weeks])


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else 0.0


def _prices(prices: Mapping[str, Prices], day: int) -> dict[str, Judged]:
    found = {}
    for source, rows in prices.items():
        part = slice(day + 1 - _KEPT, day + 1)
        one = price(Prices(by_day=rows.by_day[part], by_week=rows.by_week[part]))
        if one is not None:
            found[source] = one
    return found


def _crowds(hours: Ints) -> Iterator[tuple[int, Mapping[str, Judged]]]:
    for hour in range(WARM_UP * 24, len(hours)):
        now, *before = (
            hours[hour - 168 * back - LEVEL_HOURS : hour - 168 * back + 1].tolist()
            for back in range(WEEKS + 1)
        )
        one = crowd(now, before)
        yield hour, {"sign-ups": one} if one else {}
