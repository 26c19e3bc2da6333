"""A simulated year: sources with weekdays, seasons, holidays, programmes that come at once, prices and sign-ups; and what is planted."""

from typing import Final

import numpy as np

from insights.anomalies.judging import Kind
from training.anomalies.records import WARM_UP, YEAR, Floats, Ints, Planted, Setting, World

_DAYS: Final = WARM_UP + YEAR
_CATEGORIES: Final = 9
#: So many of each kind are planted in a year.
_FEWER, _VANISHED, _PRICES, _CROWDS = 12, 8, 12, 12


def make_world(setting: Setting, seed: int) -> World:
    """A year of that setting. The same seed gives the same year."""
    chance = np.random.default_rng([146, seed])
    means, mixes = _means(setting, chance), {}
    for source in means:
        mixes[source] = chance.dirichlet(np.full(_CATEGORIES, 0.35))
    planted: list[Planted] = []
    cut = _plant_fewer(means, planted, chance)
    gone = _plant_vanished(means, mixes, planted, chance)
    counts: dict[str, Ints] = {}
    categories: dict[str, Ints] = {}
    for source, mean in means.items():
        by_category = mean[:, None] * cut[source][:, None] * mixes[source] * gone[World.city_of(source)]
        drawn = chance.poisson(by_category)
        _skip(drawn, setting, chance)
        counts[source] = drawn.sum(axis=1)
        for place in range(_CATEGORIES):
            key = f"{World.city_of(source)}:category {place}"
            categories[key] = categories.get(key, np.zeros(_DAYS, dtype=np.int64)) + drawn[:, place]
    return World(
        counts=counts,
        categories=categories,
        prices=_prices(setting, counts, planted, chance),
        sign_ups=_sign_ups(setting, planted, chance),
        planted=planted,
        consequences=_consequences(means, mixes, planted),
    )


def _means(setting: Setting, chance: np.random.Generator) -> dict[str, Floats]:
    """What each source brings a day at the mean, before anything is planted."""
    days, found = np.arange(_DAYS), {}
    for number in range(setting.cities):
        shared = np.ones(_DAYS)
        for day in chance.choice(_DAYS, setting.holidays * _DAYS // YEAR, replace=False):
            shared[day] = chance.uniform(0, setting.holiday_share)
        for begin in chance.choice(_DAYS - 8, setting.seasons * _DAYS // YEAR, replace=False):
            length = chance.integers(3, 8)
            shared[begin : begin + length] *= chance.uniform(0, setting.holiday_share)
        low = chance.uniform(0, YEAR)
        shared *= 1 - setting.summer * (0.5 + 0.5 * np.cos(2 * np.pi * (days - low) / YEAR)) ** 2
        shared *= setting.growth ** (days / YEAR)
        for place in range(setting.sources):
            rate = setting.rate * np.exp(setting.rates * chance.normal())
            week = np.exp(setting.weekdays * chance.normal(size=7))
            mean = rate * shared * (week / week.mean())[days % 7]
            if chance.random() < setting.bursts:
                mean = mean * _programme(chance)
            mean = mean * _factor(setting.noise, _DAYS, chance)
            mean = mean * np.repeat(_factor(setting.drift, _DAYS // 7 + 1, chance), 7)[:_DAYS]
            found[f"city {number}:source {place}"] = mean
    return found


def _programme(chance: np.random.Generator) -> Floats:
    """Nearly everything comes on single days, some weeks apart."""
    shape, day = np.full(_DAYS, 0.15), int(chance.integers(0, 30))
    while day < _DAYS:
        pause = int(chance.integers(20, 41))
        shape[day] += 0.85 * pause
        day += pause
    return shape


def _factor(variance: float, size: int, chance: np.random.Generator) -> Floats:
    return chance.gamma(1 / variance, variance, size) if variance else np.ones(size)


def _skip(drawn: Ints, setting: Setting, chance: np.random.Generator) -> None:
    """Some days' events come the day after."""
    for day in np.flatnonzero(chance.random(_DAYS - 1) < setting.skips):
        drawn[day + 1] += drawn[day]
        drawn[day] = 0


def _stretch(chance: np.random.Generator) -> tuple[int, int]:
    first = int(chance.integers(WARM_UP, _DAYS - 25))
    return first, first + int(chance.integers(7, 22)) - 1


def _plant_fewer(means: dict[str, Floats], planted: list[Planted], chance: np.random.Generator) -> dict[str, Floats]:  # fmt: skip
    """A source brings nothing to half of its usual for one to three weeks; each source at most a few times, well apart."""
    cut = {source: np.ones(_DAYS) for source in means}
    names = [source for source, mean in means.items() if mean.mean() >= 1]
    for _ in range(_FEWER):
        source = str(chance.choice(names))
        first, last = _stretch(chance)
        if np.any(cut[source][max(0, first - 70) : last + 70] < 1):
            continue
        cut[source][first : last + 1] = chance.choice([0.0, 0.2, 0.35, 0.5])
        usual = float(np.median(means[source][first - 56 : first]))
        planted.append(Planted(kind=Kind.FEWER, key=source, first=first, last=last, rate=usual))
    return cut


def _plant_vanished(
    means: dict[str, Floats],
    mixes: dict[str, Floats],
    planted: list[Planted],
    chance: np.random.Generator,
) -> dict[str, Floats]:
    """All sources of a city lose one category for one to three weeks: by city, factors of days and categories."""
    cities = list(dict.fromkeys(World.city_of(source) for source in means))
    gone = {city: np.ones((_DAYS, _CATEGORIES)) for city in cities}
    for _ in range(_VANISHED):
        city, place = str(chance.choice(cities)), int(chance.integers(_CATEGORIES))
        first, last = _stretch(chance)
        rate = sum(
            float(np.median(mean[first - 56 : first])) * mixes[source][place]
            for source, mean in means.items()
            if World.city_of(source) == city
        )
        if rate < 0.5 or np.any(gone[city][max(0, first - 70) : last + 70, place] < 1):
            continue
        gone[city][first : last + 1, place] = 0.0
        planted.append(
            Planted(kind=Kind.VANISHED, key=f"{city}:category {place}", first=first, last=last, rate=rate)
        )
    return gone


def _prices(setting: Setting, counts: dict[str, Ints], planted: list[Planted], chance: np.random.Generator) -> dict[str, list[Floats]]:  # fmt: skip
    """Prices of each source and day. Some sources tell them 2.5 to 100 times as high or low for one to three weeks."""
    factors: dict[str, Floats] = {}
    for source in counts:
        factors[source] = np.ones(_DAYS)
        for begin in chance.choice(_DAYS - 7, setting.expensive * _DAYS // YEAR, replace=False):
            factors[source][begin : begin + 7] = chance.uniform(1.3, 1.8)
    names = [source for source, drawn in counts.items() if drawn.mean() >= 1]
    wrong = {source: np.ones(_DAYS) for source in counts}
    for _ in range(_PRICES):
        source = str(chance.choice(names))
        first, last = _stretch(chance)
        if np.any(wrong[source][max(0, first - 70) : last + 70] != 1):
            continue
        wrong[source][first : last + 1] = chance.choice([2.5, 4.0, 10.0, 80.0, 100.0, 0.3, 0.1, 0.01])
        usual = float(np.median(counts[source][first - 56 : first])) * setting.priced
        planted.append(Planted(kind=Kind.PRICE, key=source, first=first, last=last, rate=usual))
    found = {}
    for source, drawn in counts.items():
        usual = np.exp(chance.normal(6.0, 0.8))
        priced = chance.binomial(drawn, setting.priced)
        scale = usual * factors[source] * wrong[source]
        noise = [chance.normal(0, setting.price_noise, number) for number in priced]
        found[source] = [np.round(scale[day] * np.exp(noise[day]), 2) for day in range(_DAYS)]
    return found


def _sign_ups(setting: Setting, planted: list[Planted], chance: np.random.Generator) -> Ints:
    """Sign-ups by hour. Campaigns bring more for a day, which is usual; a crowd brings 15 to 300 within one to twelve hours."""
    hours = np.arange(_DAYS * 24)
    day = np.clip(np.sin(2 * np.pi * (hours % 24 - 9) / 24) + 0.6, 0.05, None)
    mean = setting.sign_ups / 24 * day / day.mean() * setting.growth ** (hours / 24 / YEAR)
    for begin in chance.choice(_DAYS, setting.campaigns * _DAYS // YEAR, replace=False):
        mean[begin * 24 : begin * 24 + 24] *= chance.uniform(1.3, setting.campaign)
    mean *= np.repeat(_factor(setting.noise, _DAYS, chance), 24)
    found = chance.poisson(mean)
    for _ in range(_CROWDS):
        first, length = int(chance.integers(WARM_UP * 24, len(hours) - 20)), int(chance.integers(1, 13))
        size = int(np.exp(chance.uniform(np.log(15), np.log(300))))
        found[first : first + length] += chance.multinomial(size, np.full(length, 1 / length))
        planted.append(
            Planted(kind=Kind.CROWD, key="sign-ups", first=first, last=first + length - 1, rate=size / length)
        )
    return found


def _consequences(means: dict[str, Floats], mixes: dict[str, Floats], planted: list[Planted]) -> list[tuple[Kind, str, int, int]]:  # fmt: skip
    """A category whose largest source brings fewer, and a source whose largest category vanishes: a third and more of it."""
    found = []
    for one in planted:
        city = World.city_of(one.key)
        beside = [source for source in means if World.city_of(source) == city]
        if one.kind is Kind.FEWER:
            for place in range(_CATEGORIES):
                total = sum(means[source].mean() * mixes[source][place] for source in beside)
                if means[one.key].mean() * mixes[one.key][place] >= total / 3:
                    found.append((Kind.VANISHED, f"{city}:category {place}", one.first, one.last))
        elif one.kind is Kind.VANISHED:
            place = int(one.key.rpartition(" ")[2])
            found += [
                (Kind.FEWER, source, one.first, one.last)
                for source in beside
                if mixes[source][place] >= 1 / 3
            ]
    return found
