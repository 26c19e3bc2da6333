"""What a simulated world of events with registration is made of."""

from dataclasses import dataclass, replace
from typing import Final

#: Days that are simulated. Events begin on any of them; what is known at first is learnt from nothing.
DAYS: Final = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """The parameters of a world.

    `cities`, each with `organizers`; an organizer has an event every `pause` days at the mean. `opens`: days before the start at which
    registration opens. `demand`: median of the registrations that an event would get, which differ by `organizers_differ` between
    organizers and `events_differ` between events of one (standard deviations of the logarithm). `late`: where on the way from opening
    (0) to start (1) registrations come at the mean, which differs by organizer. `bounded`: share of events with a capacity, and
    `tightness` its median, as a multiple of the demand that the organizer usually has. `waitlists`: share of bounded events with one.
    `guests`: mean of guests a registration. `cancels`: chance that a registration is cancelled before the start. `shows`: the usual
    share of seats whose people come, which differs by `shows_differ` (of the logit) between organizers. `checks`: share of organizers
    who check in. `at_once`: everybody registers on the first day, cancels never, and comes with the same chance everywhere. `by_coin`:
    registrations come evenly, and a coin decides on the last day whether all free seats are taken.
    """

    cities: int = 3
    organizers: int = 12
    pause: float = 12.0
    opens: tuple[int, int] = (10, 45)
    demand: float = 40.0
    organizers_differ: float = 0.6
    events_differ: float = 0.5
    late: float = 0.65
    bounded: float = 0.7
    tightness: float = 1.2
    waitlists: float = 0.6
    guests: float = 0.3
    cancels: float = 0.08
    shows: float = 0.72
    shows_differ: float = 0.6
    checks: float = 0.7
    at_once: bool = False
    by_coin: bool = False


_USUAL: Final = Setting()
#: The model was made in these.
DEVELOPMENT: Final = {
    "usual": _USUAL,
    "few organizers": replace(_USUAL, cities=1, organizers=4, pause=9.0),
    "late": replace(_USUAL, late=0.85, cancels=0.15, shows=0.6),
    "all at once": replace(_USUAL, at_once=True),
    "by a coin": replace(_USUAL, by_coin=True, tightness=8.0),
}
DEVELOPMENT_SEEDS: Final = (1, 2)
#: These decide. They differ from those above in size, time, and how much organizers differ. In the last two the naive model is right
#: (before anybody looked, the coin's capacities were raised, so that nothing else sells out):
#: of attendance where all register at once, of selling out where a coin decides.
HELD_OUT: Final = {
    "large city": replace(_USUAL, cities=1, organizers=50, pause=14.0, demand=60.0, organizers_differ=0.9, tightness=1.0),
    "small clubs": replace(_USUAL, cities=5, organizers=5, pause=8.0, demand=18.0, late=0.75, guests=0.6, shows=0.8),
    "restless": replace(_USUAL, cities=2, events_differ=0.9, cancels=0.2, shows=0.55, shows_differ=1.0, opens=(5, 60)),
    "all at once": replace(_USUAL, cities=2, organizers=20, at_once=True, shows=0.65),
    "by a coin": replace(_USUAL, cities=2, organizers=20, by_coin=True, tightness=10.0),
}  # fmt: skip
HELD_OUT_SEEDS: Final = (101, 102, 103)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What is known of an event so many days before its start: seats held, and seats that the waitlist wants."""

    days_before: int
    held: int
    waiting: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedEvent:
    """One event. `start` is a day of the world; `told` its days, the earliest first. `came` is None where nobody checks in."""

    start: int
    city: str
    category: str
    organizer: str
    capacity: int | None
    told: tuple[Told, ...]
    held: int
    waiting: int
    came: int | None

    @property
    def is_sold_out(self) -> bool:
        """Whether all seats were held when it began."""
        return self.capacity is not None and self.held >= self.capacity
