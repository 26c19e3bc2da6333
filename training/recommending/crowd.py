"""Makes a world: a city's events, people with tastes, and what they did with what lists showed them.

A person looks at a list on some days, sees its upper rows more often than its lower ones, and opens what is useful to them: scenes
that they like, a short way, a price that they pay, what everybody likes, and what others went to. Lists put what many opened first
(`herding`), so that the log says more of what was shown than of what would be liked, as real logs do.
"""

from dataclasses import dataclass

import numpy as np

from training.recommending.records import (
    REGISTER,
    SAVE,
    TICKET,
    VIEW,
    Events,
    Floats,
    Ints,
    Log,
    People,
    Setting,
    Truth,
    World,
)

#: So many categories; several scenes share one, so that a category says less than a taste.
_CATEGORIES = 8
#: So many rows of a list are looked at, the first always, and each later one less often by this power of its place.
_ROWS, _EXAMINED = 20, 0.6
#: The city is a disc of so many kilometres around its centre.
_RADIUS = 12.0
#: Steps of price: free, and five more.
_PRICES = (0.3, 0.15, 0.2, 0.18, 0.12, 0.05)
#: An opened event is left for its tickets, saved, registered for, with these chances where its utility is high.
_AFTERWARDS = ((TICKET, 0.35), (SAVE, 0.3), (REGISTER, 0.15))
#: So much above the middle an event is opened by half of those who see it.
_THRESHOLD = 3.2


def make_world(setting: Setting, seed: int) -> World:
    """The world of `setting`; the same seed gives the same one."""
    chance = np.random.default_rng([seed, 20_261_125])
    city = _city(setting, chance)
    people, tastes, follows = _people(setting, chance)
    utility = _utility(setting, city, people, tastes)
    log, shown = _days(setting, city, utility, follows, chance)
    return World(setting, seed, city.events, people, log, shown, Truth(utility))


@dataclass(frozen=True, slots=True)
class _City:
    events: Events
    scenes: Floats
    quality: Floats


def _city(setting: Setting, chance: np.random.Generator) -> _City:
    """Venues with scenes of their own, performers who come again, and events that join both."""
    size = chance.lognormal(0.0, 1.0, setting.venues)
    place = _places(setting.venues, chance)
    of_venue = chance.dirichlet(np.full(setting.scenes, 0.3), setting.venues)
    performers = setting.venues * 3
    of_performer = chance.dirichlet(np.full(setting.scenes, 0.15), performers)
    fame = chance.lognormal(0.0, 0.8, performers)
    count = int(chance.poisson(setting.events_each_day * (setting.days + 30)))
    day = chance.integers(0, setting.days + 30, count)
    announced = day - np.minimum(chance.geometric(1 / 12, count) + 1, 45)
    order = np.argsort(announced, kind="stable")
    day, announced = day[order], announced[order]
    venue = chance.choice(setting.venues, count, p=size / size.sum())
    performer = np.where(
        chance.random(count) < 0.6, chance.choice(performers, count, p=fame / fame.sum()), -1
    )
    own = chance.dirichlet(np.full(setting.scenes, 0.3), count)
    played = np.where((performer >= 0)[:, None], of_performer[performer], own)
    scenes = 0.45 * of_venue[venue] + 0.4 * played + 0.15 * own
    known = np.where(performer >= 0, np.log(fame[performer]), 0.0)
    quality = chance.normal(0.0, 0.6, count) + 0.4 * known + 0.25 * np.log(size[venue])
    events = Events(
        announced=announced,
        day=day,
        hour=chance.choice(np.array([10, 14, 18, 20, 22]), count, p=[0.1, 0.15, 0.25, 0.35, 0.15]),
        venue=venue,
        performer=performer,
        category=scenes.argmax(axis=1) % _CATEGORIES,
        price=chance.choice(len(_PRICES), count, p=_PRICES),
        place=place[venue],
        about=_unit(_unit(scenes) + chance.normal(0.0, 0.12, scenes.shape)),
    )
    return _City(events, scenes, quality)


def _people(setting: Setting, chance: np.random.Generator) -> tuple[People, Floats, Floats]:
    """People, their tastes (people × scenes), and how far each follows others (0 to 1)."""
    tastes = chance.dirichlet(np.full(setting.scenes, setting.sharpness), setting.people)
    said = np.full((setting.people, 3), -1)
    for at, liked in enumerate(np.argsort(-tastes, axis=1)[:, :3].T):
        tells = chance.random(setting.people) < (0.5, 0.3, 0.15)[at]
        said[tells, at] = liked[tells] % _CATEGORIES
    budget = chance.choice(np.arange(1, len(_PRICES)), setting.people, p=[0.15, 0.25, 0.3, 0.2, 0.1])
    return (
        People(_places(setting.people, chance), said, budget),
        tastes,
        chance.beta(2.0, 2.0, setting.people),
    )


def _utility(setting: Setting, city: _City, people: People, tastes: Floats) -> Floats:
    """What each event is worth to each person, but for others and for chance (people × events)."""
    way = np.linalg.norm(people.home[:, None, :] - city.events.place[None, :, :], axis=2)
    beyond = np.maximum(city.events.price[None, :] - people.budget[:, None], 0)
    liked = _unit(tastes) @ _unit(city.scenes).T
    return (
        setting.taste * liked
        + setting.quality * city.quality[None, :]
        - setting.distance * way
        - setting.price * beyond
    )


def _days(
    setting: Setting, city: _City, utility: Floats, follows: Floats, chance: np.random.Generator
) -> tuple[Log, Log]:
    """Day after day: who looks, at which rows, and what they open. Returns what was done and what was seen."""
    activity = np.clip(chance.pareto(1.6, setting.people) * 0.06 + 0.02, 0.0, 0.9)
    opened = np.zeros(len(city.events))
    middle = float(np.median(utility.mean(axis=0)))
    done: list[Ints] = []
    seen: list[Ints] = []
    for day in range(setting.days):
        upcoming = city.events.upcoming(day)
        lookers = np.flatnonzero(chance.random(setting.people) < activity)
        if not len(lookers) or len(upcoming) < _ROWS:
            continue
        rows = _lists(setting, city.events, opened, upcoming, day, len(lookers), chance)
        is_seen = chance.random(rows.shape) < (1 + np.arange(_ROWS)) ** -_EXAMINED
        herd = setting.following * follows[lookers, None] * np.log1p(opened[rows])
        worth = (
            utility[lookers[:, None], rows] + herd + chance.gumbel(0.0, setting.noise, rows.shape) - middle
        )
        is_opened = is_seen & (chance.random(rows.shape) < _sigmoid(worth - _THRESHOLD))
        seen.append(_table(day, lookers, rows, is_seen, VIEW))
        done.append(_table(day, lookers, rows, is_opened, VIEW))
        for kind, share in _AFTERWARDS:
            is_more = is_opened & (chance.random(rows.shape) < share * _sigmoid(worth - 0.5 * _THRESHOLD))
            done.append(_table(day, lookers, rows, is_more, kind))
        np.add.at(opened, rows[is_opened], 1)
    return _log(done), _log(seen)


def _lists(
    setting: Setting,
    events: Events,
    opened: Floats,
    upcoming: Ints,
    day: int,
    lists: int,
    chance: np.random.Generator,
) -> Ints:
    """For each who looks a list of `_ROWS` events: soon ones first, those that many opened before others, and some chance."""
    soon = -0.12 * (events.day[upcoming] - day)
    order = soon + setting.herding * np.log1p(opened[upcoming])
    noisy = order[None, :] + chance.gumbel(0.0, 1.0, (lists, len(upcoming)))
    first = np.argpartition(-noisy, _ROWS - 1, axis=1)[:, :_ROWS]
    ranked = np.take_along_axis(first, np.argsort(-np.take_along_axis(noisy, first, axis=1), axis=1), axis=1)
    return upcoming[ranked]


def _table(day: int, people: Ints, rows: Ints, chosen: np.ndarray, kind: int) -> Ints:
    """The chosen cells as rows (day, person, event, kind, rank)."""
    at, rank = np.nonzero(chosen)
    return np.stack([np.full(len(at), day), people[at], rows[at, rank], np.full(len(at), kind), rank], axis=1)


def _log(parts: list[Ints]) -> Log:
    table = np.concatenate(parts) if parts else np.zeros((0, 5), np.int64)
    return Log(*(table[:, column] for column in range(5)))


def _places(count: int, chance: np.random.Generator) -> Floats:
    """Points of a disc, denser at its centre, in kilometres."""
    radius, angle = _RADIUS * chance.random(count), 2 * np.pi * chance.random(count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _unit(rows: Floats) -> Floats:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def _sigmoid(values: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-values))
