"""Google's opening hours, old and new, as OpenStreetMap writes them.

https://developers.google.com/maps/documentation/places/web-service/reference/rest/v1/places#OpeningHours
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support.values import at, objects
from pipeline.dates.clocks import read_clock
from pipeline.hours import weekly

_DAY: Final = 1440
_WEEK: Final = 7 * _DAY
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DIGITS: Final = patterns.compile(r"\d{4}")


def opening_hours(place: Mapping[str, Any]) -> str:
    """The weekly hours of a place; '' where they are not said or not understood. Periods of this week alone
    (`currentOpeningHours`) are none."""
    for name in ("regularOpeningHours", "opening_hours"):
        hours = place.get(name)
        if isinstance(hours, Mapping):
            found = _of_periods(objects(hours, "periods")) or _of_words(
                hours.get("weekdayDescriptions") or hours.get("weekday_text")
            )
            if found:
                return found
    return ""


def open_now(place: Mapping[str, Any]) -> bool | None:
    """Whether Google says that the place is open: its hours of this week with holidays first, then the
    regular ones. A place that is closed for now or for good is not open."""
    status = str(place.get("businessStatus") or place.get("business_status") or "")
    if status.startswith("CLOSED") or status == "FUTURE_OPENING":
        return False
    for path in (
        ("currentOpeningHours", "openNow"),
        ("regularOpeningHours", "openNow"),
        ("current_opening_hours", "open_now"),
        ("opening_hours", "open_now"),
    ):
        value = at(place, *path)
        if isinstance(value, bool):
            return value
    return None


def _of_periods(periods: Sequence[Mapping[str, Any]]) -> str:
    spans = []
    for period in periods:
        start, end = _minute(period.get("open")), _minute(period.get("close"))
        if start is None:
            return ""
        if end is None:
            return "24/7" if len(periods) == 1 and period.get("close") is None else ""
        spans.append((start, end if end > start else end + _WEEK))
    return weekly(spans) if all(end - start <= _WEEK for start, end in spans) else ""


def _minute(point: Any) -> int | None:
    """Minutes from Monday 00:00 of {day, hour, minute} or {day, time: "0830"}; Google's Sunday is 0. Zeros
    may be left out."""
    if not isinstance(point, Mapping):
        return None
    day, clock = point.get("day", 0), point.get("time")
    hour, minute = point.get("hour", 0), point.get("minute", 0)
    if isinstance(clock, str) and _DIGITS.fullmatch(clock):
        hour, minute = int(clock[:2]), int(clock[2:])
    elif clock is not None:
        return None
    if not all(type(n) is int for n in (day, hour, minute)) or not (
        0 <= day <= 6 and 0 <= hour <= 24 and 0 <= minute <= 59
    ):
        return None
    return (day - 1) % 7 * _DAY + hour * 60 + minute


def _of_words(lines: Any) -> str:
    """English lines such as "Monday: 8:30 AM – 5:30 PM"; one that is not understood makes all of them
    doubtful."""
    if not isinstance(lines, list) or not lines:
        return ""
    spans: list[tuple[int, int]] = []
    for line in lines:
        name, _, text = str(line).replace("\u202f", " ").replace("\u2009", " ").partition(":")
        found = _of_day(text.strip().casefold())
        if name.strip().casefold() not in _DAYS or found is None:
            return ""
        begin = _DAYS.index(name.strip().casefold()) * _DAY
        spans += [(begin + start, begin + end) for start, end in found]
    return weekly(spans)


def _of_day(text: str) -> list[tuple[int, int]] | None:
    if text == "closed":
        return []
    if text == "open 24 hours":
        return [(0, _DAY)]
    spans = []
    for part in text.split(","):
        clock = read_clock(part)
        if clock is None or clock.end is None:
            return None
        start, end = (reported.hour * 60 + reported.minute for reported in (clock.start, clock.end))
        spans.append((start, end if end > start else end + _DAY))
    return spans
