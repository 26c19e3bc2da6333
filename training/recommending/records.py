"""What a simulated world holds: what a recommender may see, what happened, and what it must not see."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: What a person did, in the order of its weight: opened the page, left for the tickets, saved it, registered.
VIEW, TICKET, SAVE, REGISTER = range(4)


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """The parameters of a world. Times are in days; distances in kilometres; weights are those of a person's utility.

    `taste`: of the likeness of a person's scenes and the event's. `quality`: of what everybody likes alike. `following`: of how many
    went there already, times a person's own share of following. `distance` and `price`: for each kilometre and each step of price
    beyond what one pays. `noise`: the scale of what nobody can know. `herding`: how far lists put what many opened first (0: by start
    alone).
    """

    people: int = 2_000
    venues: int = 120
    events_each_day: float = 14.0
    days: int = 60
    scenes: int = 12
    taste: float = 6.0
    quality: float = 0.6
    following: float = 0.35
    distance: float = 0.09
    price: float = 0.5
    noise: float = 0.5
    herding: float = 0.2
    sharpness: float = 0.25


@dataclass(frozen=True, slots=True)
class Events:
    """The events, one row each, in the order of their announcement. All of it stands on their pages.

    `about` is what a reader of the text learns of the scenes: the truth with noise, of unit length. `performer` is -1 for none.
    """

    announced: Ints
    day: Ints
    hour: Ints
    venue: Ints
    performer: Ints
    category: Ints
    price: Ints
    place: Floats
    about: Floats

    def __len__(self) -> int:
        return len(self.day)

    def upcoming(self, day: int) -> Ints:
        """The events that are announced by the beginning of `day` and take place on it or later."""
        return np.flatnonzero((self.announced < day) & (self.day >= day))


@dataclass(frozen=True, slots=True)
class People:
    """What the people said of themselves: where they live, up to three categories (-1 for none), and the most steps of price they pay."""

    home: Floats
    categories: Ints
    budget: Ints

    def __len__(self) -> int:
        return len(self.budget)


@dataclass(frozen=True, slots=True)
class Log:
    """What people did, in order of time. `rank` is the place in the list at which the event was shown, from 0."""

    day: Ints
    person: Ints
    event: Ints
    kind: Ints
    rank: Ints

    def __len__(self) -> int:
        return len(self.day)

    def where(self, chosen: Bools) -> "Log":
        """The rows that are `chosen`."""
        return Log(
            self.day[chosen], self.person[chosen], self.event[chosen], self.kind[chosen], self.rank[chosen]
        )

    def before(self, day: int) -> "Log":
        """What happened before `day`."""
        return self.where(self.day < day)


@dataclass(frozen=True, slots=True)
class Truth:
    """What no recommender may see: the utility of each event for each person (people × events), without noise, distance included."""

    utility: Floats


@dataclass(frozen=True, slots=True)
class World:
    """A city with its people for some weeks. `shown` are the rows of lists that were looked at, whether opened or not."""

    setting: Setting
    seed: int
    events: Events
    people: People
    log: Log
    shown: Log
    truth: Truth


#: Worlds to develop with. The seeds are those of development, too.
DEVELOPMENT: dict[str, Setting] = {
    "usual": Setting(),
    "crowded": Setting(people=3_000, venues=60, events_each_day=25.0),
    "far apart": Setting(distance=0.25, venues=200),
}
DEVELOPMENT_SEEDS = (1, 2, 3)
#: Worlds that decide. Nothing is tuned on them: neither their parameters nor their seeds are used before a figure is published.
HELD_OUT: dict[str, Setting] = {
    "many scenes": Setting(scenes=20, sharpness=0.18, taste=5.0),
    "weak tastes": Setting(taste=2.5, sharpness=0.5, following=0.6),
    "small town": Setting(people=600, venues=25, events_each_day=4.0),
    "by the crowd's lists": Setting(herding=0.8, following=0.6),
}
HELD_OUT_SEEDS = (1009, 1013, 1019)
#: Nobody has a taste here: what many chose is the best guess, and a recommender must not claim to win.
NO_TASTES = replace(Setting(), taste=0.0, distance=0.0, price=0.0, quality=1.2, following=0.8)
