"""Predicts the current state of a place.

Pure. It uses the opening hours, earlier reports at this hour of this weekday, and current events. A
prediction is labelled as such, has less confidence than any observation, and is left out where the data is
too sparse.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Final

from places.enums import Answer, Crowd, Openness, StatusSource
from places.evidence import Evidence
from places.visitor_reports import LEVELS

#: A prediction needs reports of so many different weeks, of the same weekday within an hour.
LEAST_WEEKS: Final = 3
WEEKS: Final = 12
NEAR: Final = timedelta(hours=1)
#: A prediction is renewed long before it expires; it never outlasts the event that it is based on.
HOLDS: Final = timedelta(hours=1)
HOURS_HOLD: Final = timedelta(hours=24)
#: Confidence: hours alone, hours that do not mention public holidays on one, a running event, both together,
#: an event against the hours.
BY_HOURS, ON_HOLIDAY, BY_EVENT, BY_BOTH, AGAINST_HOURS = 0.6, 0.4, 0.6, 0.75, 0.5
#: From this share of taken places on, an event makes a crowd of that level.
_FILLED: Final = ((0.9, Crowd.PACKED), (0.6, Crowd.BUSY), (0.3, Crowd.MODERATE), (0.0, Crowd.QUIET))
_CROWD_BY_EVENT: Final = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class HoursSay:
    """The state by the opening hours, and until when.

    `on_holiday`: today is a public holiday and the hours do not mention those.
    """

    openness: Openness
    until: datetime | None = None
    on_holiday: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PastReport:
    """A report in an earlier week at this hour; `day` is any date that identifies the week."""

    day: date
    crowd: Crowd = Crowd.UNKNOWN
    waiting_minutes: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """An event that runs at the place until `until`.

    `filled` is the share of its places that are taken, where known.
    """

    title: str
    until: datetime
    sold_out: bool = False
    filled: float | None = None


def predict(
    *, hours: HoursSay | None, past: Sequence[PastReport], running: Sequence[Running], now: datetime
) -> list[Evidence]:
    """Predictions, at most one for each answer; empty where nothing is known."""
    on = sorted((one for one in running if one.until > now), key=lambda one: (one.until, one.title))
    found = [one for one in (_openness(hours, on, now), _special(on, now)) if one is not None]
    if found and found[0].value == Openness.CLOSED.value:
        return found
    return found + [one for one in (_crowd(past, on, now), _waiting(past, now)) if one is not None]


def by_hours(hours: HoursSay, now: datetime) -> Evidence:
    """The prediction by opening hours alone."""
    basis = "opening hours, on a public holiday" if hours.on_holiday else "opening hours"
    until = min(hours.until or now + HOURS_HOLD, now + HOURS_HOLD)
    return _evidence(
        Answer.OPENNESS, hours.openness.value, ON_HOLIDAY if hours.on_holiday else BY_HOURS, now, until, basis
    )


def _openness(hours: HoursSay | None, on: Sequence[Running], now: datetime) -> Evidence | None:
    if hours is not None and hours.openness is Openness.UNKNOWN:
        hours = None
    if not on:
        return None if hours is None else by_hours(hours, now)
    sure = BY_EVENT if hours is None else BY_BOTH if hours.openness is Openness.OPEN else AGAINST_HOURS
    basis = "opening hours, an event is on" if sure == BY_BOTH else "an event is on"
    return _evidence(Answer.OPENNESS, Openness.OPEN.value, sure, now, min(on[-1].until, now + HOLDS), basis)


def _special(on: Sequence[Running], now: datetime) -> Evidence | None:
    if not on:
        return None
    more = f" and {len(on) - 1} more" if len(on) > 1 else ""
    words = f"On now: {on[0].title[: 120 - len('On now: ') - len(more)]}{more}"
    return _evidence(Answer.SPECIAL, words, BY_EVENT, now, min(on[0].until, now + HOLDS), "an event is on")


def _crowd(past: Sequence[PastReport], on: Sequence[Running], now: datetime) -> Evidence | None:
    shares = [1.0 if one.sold_out else one.filled for one in on]
    filled = max((share for share in shares if share is not None), default=None)
    if filled is not None:
        level = next(level for least, level in _FILLED if filled >= least)
        basis = (
            "a sold out event is on"
            if any(one.sold_out for one in on)
            else "how many come to an event that is on"
        )
        return _evidence(Answer.CROWD, level.value, _CROWD_BY_EVENT, now, now + HOLDS, basis)
    weeks = _weekly([(one.day, LEVELS.index(one.crowd)) for one in past if one.crowd is not Crowd.UNKNOWN])
    if len(weeks) < LEAST_WEEKS:
        return None
    middle = median_low(weeks)
    near = sum(1 for level in weeks if abs(level - middle) <= 1) / len(weeks)
    return _evidence(
        Answer.CROWD,
        LEVELS[middle].value,
        _sure(weeks) * near,
        now,
        now + HOLDS,
        f"reports of {len(weeks)} earlier weeks",
    )


def _waiting(past: Sequence[PastReport], now: datetime) -> Evidence | None:
    weeks = _weekly([(one.day, one.waiting_minutes) for one in past if one.waiting_minutes is not None])
    if len(weeks) < LEAST_WEEKS:
        return None
    return _evidence(
        Answer.WAITING,
        median_low(weeks),
        _sure(weeks),
        now,
        now + HOLDS,
        f"reports of {len(weeks)} earlier weeks",
    )


def _weekly(reported: Sequence[tuple[date, int]]) -> list[int]:
    """One value for each week, so that several reports on one evening count once."""
    weeks: dict[tuple[int, int], list[int]] = defaultdict(list)
    for day, value in reported:
        weeks[day.isocalendar()[:2]].append(value)
    return sorted(median_low(values) for values in weeks.values())


def _sure(weeks: Sequence[int]) -> float:
    return min(0.2 + 0.05 * len(weeks), 0.5)


def _evidence(
    answer: Answer, value: str | int, confidence: float, now: datetime, until: datetime, basis: str
) -> Evidence:
    return Evidence(
        source=StatusSource.PREDICTION,
        answer=answer,
        value=value,
        confidence=round(confidence, 2),
        observed_at=now,
        valid_until=until,
        basis=basis,
    )
