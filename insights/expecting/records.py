"""What is known of an event before its start, what came of it, and what is expected. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Target(StrEnum):
    """What is expected."""

    REGISTERED = "registered"
    ATTENDANCE = "attendance"
    SELLS_OUT = "sells_out"


class Reach(StrEnum):
    """How far ahead: up to 2, 14 and 60 days before the start."""

    NEAR = "near"
    MIDDLE = "middle"
    FAR = "far"


#: The last day of each reach.
REACHES: Final = {Reach.NEAR: 2, Reach.MIDDLE: 14, Reach.FAR: 60}
#: Farther ahead nothing is expected.
FARTHEST: Final = REACHES[Reach.FAR]


def reach_of(days_before: int) -> Reach:
    """The reach of so many days before the start. Raises ValueError beyond the farthest."""
    for reach, last in REACHES.items():
        if days_before <= last:
            return reach
    raise ValueError(f"nothing is expected {days_before} days before")


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is known of an event on a day: seats held, and seats that its waitlist wants. The names of groups are '' where unknown."""

    days_before: int
    held: int
    waiting: int
    capacity: int | None
    city: str
    category: str
    organizer: str

    @property
    def is_full(self) -> bool:
        """Whether no seat is free, so that there is nothing to expect of it."""
        return self.capacity is not None and self.held >= self.capacity


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """What was known of an event on a day, and what came of it. `came`: seats checked in, None where nobody checked in."""

    event: str
    known: Known
    held: int
    waiting: int
    came: int | None
    is_sold_out: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """Seats held at the start, seats of people who come, and the chance that no seat is free; None where nothing says it."""

    registered: float
    attendance: float | None
    sells_out: float | None
