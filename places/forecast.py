"""The meaning of a forecast for visitors, and when a forecast counts as changed.

Pure. Steps are JSON objects as in WeatherFacts: `at` (ISO 8601, UTC), `temperature_c`, `max_c`, `condition`,
`condition_code`, `precipitation`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext

#: Visitors are warned from this probability, or this temperature in degrees Celsius, on. (Heat warnings begin
#: at 40 in India's plains, at 35 in Europe.)
WET, HOT = 0.5, 35.0
#: The last step is valid for this time; a forecast not renewed for so long is ignored.
STEP: Final = timedelta(hours=3)
STALE: Final = timedelta(hours=12)
#: OpenWeatherMap's codes of thunderstorms, drizzle, rain and snow. A stated probability takes precedence.
_FALLING: Final = range(200, 623)

Step = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """The weather to expect outdoors.

    `kind` is wet or hot, `word` is for a badge, `detail` has figures; `at` is the worst moment (aware).
    """

    kind: str
    word: str
    detail: str
    at: datetime


def outlook(
    hourly: Sequence[Step], daily: Sequence[Step], *, start: datetime, end: datetime
) -> Outlook | None:
    """The worst weather between `start` and `end` (aware), rain before heat.

    None where it is fine or unknown.
    """
    steps = _within(hourly, start, end, STEP) or _within(daily, start, end, timedelta(days=1))
    wet = max(((_chance(step), -at.timestamp(), at) for at, step in steps), default=None)
    if wet is not None and wet[0] >= WET:
        return Outlook(
            kind="wet", word=gettext("Rain likely"), detail=f"{wet[0]:.0%}".replace("%", " %"), at=wet[2]
        )
    hot = max(((_warmth(step), -at.timestamp(), at) for at, step in steps), default=None)
    if hot is not None and hot[0] >= HOT:
        return Outlook(kind="hot", word=gettext("Hot"), detail=f"{round(hot[0])} °C", at=hot[2])
    return None


def chance_at(hourly: Sequence[Step], now: datetime) -> float | None:
    """The probability of rain in the step of `now`, else in the next one if it is near; None where unknown."""
    near = [step for at, step in _within(hourly, now, now + STEP, STEP) if "precipitation" in step]
    return float(near[0]["precipitation"]) if near else None


def same_weather(one: Mapping[str, Any], other: Mapping[str, Any], *, now: datetime) -> bool:
    """Whether two weather reports look the same to readers.

    They do if whole degrees, whole metres a second, tenths of probability, words and future steps are equal.
    """
    return _reported(one, now) == _reported(other, now)


def _reported(weather: Mapping[str, Any], now: datetime) -> tuple[Any, ...]:
    steps = [
        _step(step)
        for name in ("hourly", "daily")
        for step in weather[name]
        if (at := _at(step)) is None or at + STEP > now
    ]
    return (*_step(weather), _whole(weather["feels_like_c"]), steps)


def _step(step: Mapping[str, Any]) -> tuple[Any, ...]:
    degrees = tuple(_whole(step.get(name)) for name in ("temperature_c", "min_c", "max_c"))
    chance = step.get("precipitation")
    return (
        step.get("at"),
        *degrees,
        step.get("condition") or "",
        None if chance is None else round(chance, 1),
        _whole(step.get("wind_ms")),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _within(
    steps: Sequence[Step], start: datetime, end: datetime, length: timedelta
) -> list[tuple[datetime, Step]]:
    """The steps that overlap the time from `start` to `end`.

    Each lasts until the next one, but at most `length`.
    """
    dated = [(at, step) for step in steps if (at := _at(step)) is not None]
    found = []
    for number, (at, step) in enumerate(dated):
        after = dated[number + 1][0] if number + 1 < len(dated) else at + length
        if at < max(end, start + timedelta(minutes=1)) and min(after, at + length) > start:
            found.append((at, step))
    return found


def _at(step: Step) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(step.get("at", "")))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _chance(step: Step) -> float:
    chance = step.get("precipitation")
    if isinstance(chance, int | float):
        return float(chance)
    return 1.0 if step.get("condition_code") in _FALLING else 0.0


def _warmth(step: Step) -> float:
    return max(
        (float(step[name]) for name in ("temperature_c", "max_c") if isinstance(step.get(name), int | float)),
        default=-100.0,
    )
