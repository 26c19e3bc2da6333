"""Simulated events with registration: who registers when, cancels, waits, and comes."""

from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np

from training.expecting.records import DAYS, Setting, SimulatedEvent, Told

_CATEGORIES: Final = 6
#: With a coin, all free seats are taken with this chance.
_COIN: Final = 0.35


@dataclass(frozen=True, kw_only=True, slots=True)
class _Organizer:
    name: str
    city: str
    category: int
    demand: float
    late: float
    shows: float
    checks: bool


def make_world(setting: Setting, seed: int) -> list[SimulatedEvent]:
    """The events of that setting, by start. The same seed gives the same events."""
    chance = np.random.default_rng([138, seed])
    scale = np.exp(0.3 * chance.normal(size=_CATEGORIES))
    found = []
    for city in range(setting.cities):
        for number in range(setting.organizers):
            organizer = _organizer(setting, f"city {city}", f"city {city}: organizer {number}", scale, chance)
            day = chance.exponential(setting.pause)
            while day < DAYS:
                found.append(_event(setting, organizer, int(day), chance))
                day += chance.exponential(setting.pause)
    return sorted(found, key=lambda event: event.start)


def _organizer(setting: Setting, city: str, name: str, scale: np.ndarray, chance: np.random.Generator) -> _Organizer:  # fmt: skip
    category = int(chance.integers(_CATEGORIES))
    logit = log(setting.shows / (1 - setting.shows))
    differs = 0.0 if setting.at_once else setting.shows_differ
    return _Organizer(
        name=name,
        city=city,
        category=category,
        demand=setting.demand * scale[category] * exp(setting.organizers_differ * chance.normal()),
        late=float(np.clip(setting.late + 0.12 * chance.normal(), 0.1, 0.95)),
        shows=1 / (1 + exp(-logit - differs * chance.normal())),
        checks=bool(chance.random() < setting.checks),
    )


def _event(setting: Setting, organizer: _Organizer, start: int, chance: np.random.Generator) -> SimulatedEvent:  # fmt: skip
    opens = int(chance.integers(setting.opens[0], setting.opens[1] + 1))
    demand = organizer.demand * exp(setting.events_differ * chance.normal())
    capacity = None
    if chance.random() < setting.bounded:
        capacity = max(5, round(setting.tightness * organizer.demand * exp(0.3 * chance.normal())))
    waitlist = bool(chance.random() < setting.waitlists)
    asked = _asked(setting, organizer, demand, opens, chance)
    seats = 1 + chance.poisson(setting.guests, len(asked))
    cancelled = chance.random(len(asked)) < (0.0 if setting.at_once else setting.cancels)
    gone = np.where(cancelled, asked + (opens - asked) * chance.random(len(asked)), np.inf)
    filled = setting.by_coin and capacity is not None and chance.random() < _COIN
    told = []
    for day in range(1, opens + 1):
        held, waiting, _ = _line(asked, seats, gone, day, capacity, waitlist=waitlist)
        if asked.size and asked[0] < day:
            told.append(Told(days_before=opens - day, held=held, waiting=waiting))
    held, waiting, sitting = _line(asked, seats, gone, opens, capacity, waitlist=waitlist)
    came = int(seats[sitting][chance.random(int(sitting.sum())) < organizer.shows].sum())
    if filled and capacity is not None and held < capacity:
        came += int(chance.binomial(capacity - held, organizer.shows))
        held, told = capacity, [one for one in told if one.days_before > 0]
    return SimulatedEvent(
        start=start, city=organizer.city, category=f"category {organizer.category}", organizer=organizer.name, capacity=capacity,
        told=tuple(told), held=held, waiting=waiting, came=came if organizer.checks else None,
    )  # fmt: skip


def _asked(setting: Setting, organizer: _Organizer, demand: float, opens: int, chance: np.random.Generator) -> np.ndarray:  # fmt: skip
    """When people register, in days since the opening, in order."""
    number = int(chance.poisson(demand))
    if setting.at_once:
        return np.sort(chance.random(number))
    if setting.by_coin:
        return np.sort(chance.random(number) * opens)
    late = float(np.clip(organizer.late + 0.1 * chance.normal(), 0.1, 0.95))
    return np.sort(chance.beta(3 * late, 3 * (1 - late), number) * opens)


def _line(
    asked: np.ndarray,
    seats: np.ndarray,
    gone: np.ndarray,
    day: float,
    capacity: int | None,
    *,
    waitlist: bool,
) -> tuple[int, int, np.ndarray]:
    """Seats held and waited for at that moment, and who sits. Who fits takes a seat, in the order of asking."""
    here = (asked < day) & (gone >= day)
    if capacity is None:
        return int(seats[here].sum()), 0, here
    sitting, held, waiting = np.zeros(len(asked), dtype=bool), 0, 0
    for place in np.flatnonzero(here):
        if held + seats[place] <= capacity:
            sitting[place] = True
            held += int(seats[place])
        elif waitlist:
            waiting += int(seats[place])
    return held, waiting, sitting
