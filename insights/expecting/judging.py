"""Whether our model was better than the naive one, by the errors of both on the same events. Pure."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

#: Events of so many at least, an error smaller by a fiftieth at least, and a chance below 1 % that it was by luck.
EVENTS_LEAST: Final = 30
GAIN_LEAST: Final = 0.02
_DEVIATIONS: Final = 2.33


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Mean errors of events (each the mean of its days): of the naive model, of ours, and of the difference its standard deviation."""

    events: int
    naive: float
    ours: float
    spread: float

    @property
    def is_better(self) -> bool:
        """Whether ours is to be shown."""
        gain = self.naive - self.ours
        if self.events < EVENTS_LEAST or gain <= 0 or gain < GAIN_LEAST * self.naive:
            return False
        return gain >= _DEVIATIONS * self.spread / sqrt(self.events)
