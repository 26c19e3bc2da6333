"""Whether a rule holds at a moment, and what it would have done in a week. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sources.enums import Condition

MINUTE: Final = timedelta(minutes=1)
#: The share of answers that may be errors: the objective is 99.9 %.
BUDGET: Final = 0.001
#: Measured over the minutes of the rule, from two series.
ERROR_BURN: Final = "error_burn"
Numbers = Mapping[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a rule asks."""

    measure: str
    condition: Condition
    threshold: float
    minutes: int
    cooldown: int = 0


@dataclass(frozen=True, slots=True)
class Times:
    """An alert that there would have been. `ended` is None where it would still be open."""

    began: datetime
    ended: datetime | None


def value_of(asked: Asked, window: Sequence[Numbers]) -> float | None:
    """The number that a rule compares, of its minutes: the last, the average, or the burn rate. None without enough of them."""
    if asked.measure == ERROR_BURN:
        answers = sum(one.get("http_answers", 0) for one in window)
        errors = sum(one.get("http_errors", 0) for one in window)
        return errors / answers / BUDGET if answers else None
    values = [one[asked.measure] for one in window if asked.measure in one]
    if not values or 2 * len(values) < asked.minutes:
        return None
    if asked.condition in (Condition.AVERAGE_ABOVE, Condition.AVERAGE_BELOW):
        return sum(values) / len(values)
    return min(values) if asked.condition is Condition.ABOVE else max(values)


def holds(asked: Asked, window: Sequence[Numbers]) -> bool | None:
    """Whether the rule holds over its minutes. None where too little is known: then an alert stays as it is."""
    value = value_of(asked, window)
    if value is None:
        return None
    is_above = asked.condition in (Condition.ABOVE, Condition.AVERAGE_ABOVE)
    return value > asked.threshold if is_above else value < asked.threshold


def would_have(asked: Asked, minutes: Sequence[tuple[datetime, Numbers]]) -> list[Times]:
    """The alerts of a rule over minutes in the order of time, with its cooldown."""
    moments = [at for at, _ in minutes]
    found: list[Times] = []
    began: datetime | None = None
    for place, (at, _) in enumerate(minutes):
        first = bisect_right(moments, at - asked.minutes * MINUTE)
        is_so = holds(asked, [numbers for _, numbers in minutes[first : place + 1]])
        if is_so and began is None and not _is_too_soon(found, at, asked.cooldown):
            began = at
        elif is_so is False and began is not None:
            found.append(Times(began, at))
            began = None
    return [*found, Times(began, None)] if began else found


def _is_too_soon(found: Sequence[Times], at: datetime, cooldown: int) -> bool:
    return bool(found) and at - found[-1].began < cooldown * MINUTE
