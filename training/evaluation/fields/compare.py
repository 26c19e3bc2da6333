"""Compares an event's fields with their labels, with one comparison for each field.

The comparisons ignore form (case, accents, punctuation, order), but no content. An event is a normalized
event's JSON (docs/pipeline.md).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from math import cos, hypot, radians
from typing import Any, Final
from zoneinfo import ZoneInfo

from pipeline.text.folding import fold
from pipeline.text.markup import line_of

#: The largest accepted distance of a point from the labelled one, in degrees of latitude (some 100 m).
_NEAR: Final = 0.001
#: How many characters of the beginning of a description are compared.
_BEGINNING: Final = 40


class Verdict(StrEnum):
    """RIGHT and WRONG: both have a value.

    MISSING: only the file has one. INVENTED: only the event has one. SILENT: neither has one, or the event's
    further value may be derived.
    """

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    INVENTED = "invented"
    SILENT = "silent"


Event = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """`given` reads the field of an event (None, '' and () mean no value); `same` compares it with a label.

    A further value of a `derived` field is a conclusion, not an invention. `empty`: a label that says the same
    as no value. `default`: the value of an event of whose field nothing is told.
    """

    given: Callable[[Event], Any]
    same: Callable[[Any, Any, Event], bool]
    derived: bool = False
    empty: str = "-"
    default: str = "-"


def judge(field: str, right: Sequence[Any], event: Event) -> Verdict:
    """The verdict on one field of an event.

    `right`: the labelled value, then others that are equally correct.
    """
    comparison = COMPARISONS[field]
    given = comparison.given(event)
    reported = [one for one in right if one is not None]
    if given in (None, "", (), []):
        empty = Verdict.RIGHT if comparison.empty in right else Verdict.MISSING
        return Verdict.SILENT if None in right else empty
    if not reported:
        return Verdict.SILENT if comparison.derived else Verdict.INVENTED
    if any(comparison.same(one, given, event) for one in reported):
        return Verdict.RIGHT
    return Verdict.SILENT if None in right and given == comparison.default else Verdict.WRONG


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A moment of an event.

    `wall` in local time, a date where it has no time of day; `instant` is aware, None for a date.
    """

    wall: datetime | date
    instant: datetime | None

    def __str__(self) -> str:
        return self.wall.isoformat()


def moment(event: Event, name: str = "start") -> Moment | None:
    """The `start` or `end` of an event, None where it has none."""
    reported = event.get(name)
    if not reported:
        return None
    if len(reported) == 10:
        return Moment(wall=date.fromisoformat(reported), instant=None)
    instant = datetime.fromisoformat(reported)
    local = instant.astimezone(ZoneInfo(event["timezone"])) if event.get("timezone") else instant
    timeless = event.get("all_day") or (name == "start" and event.get("time_known") is False)
    return Moment(wall=local.date() if timeless else local.replace(tzinfo=None), instant=instant)


def told_moment(reported: str) -> datetime | date:
    """The moment in a label: a date of 10 characters, a local date and time, or, with an offset, an instant."""
    return date.fromisoformat(reported) if len(reported) == 10 else datetime.fromisoformat(reported)


def words(text: str) -> frozenset[str]:
    """The folded words and numbers of a text."""
    return frozenset("".join(one if one.isalnum() else " " for one in fold(text)).split())


def _same_text(reported: str, given: str, _: Event) -> bool:
    return fold(reported) == fold(given)


def _same_title(reported: str, given: str, event: Event) -> bool:
    """Whether the words are the same.

    Parts that the product moved to other fields (" @ The Venue", its date) may be missing.
    """
    venue = event.get("venue") or {}
    beside = words(
        " ".join([*(venue.get(name) or "" for name in ("name", "address", "city")), event["start"]])
    )
    lacking = words(reported) - words(given) - {"at", "in"}
    return words(given) <= words(reported) and lacking <= beside


def _same_moment(reported: str, given: Moment, _: Event) -> bool:
    right = told_moment(reported)
    if isinstance(right, datetime) and right.tzinfo is not None:
        return right == given.instant
    wall = (
        given.wall.replace(second=0) if isinstance(given.wall, datetime) else given.wall
    )  # labels tell minutes
    return type(right) is type(wall) and right == wall


def _same_zone(reported: str, given: str, event: Event) -> bool:
    """Whether the offsets at the event's start are the same: linked zone names are one zone."""
    start = datetime.fromisoformat(event["start"]).replace(tzinfo=None)
    return (
        start.replace(tzinfo=ZoneInfo(reported)).utcoffset()
        == start.replace(tzinfo=ZoneInfo(given)).utcoffset()
    )


def _same_address(reported: str, given: str, event: Event) -> bool:
    """Whether the event's address has all words of the labelled one, except those of town, country and venue."""
    venue = event.get("venue") or {}
    beside = words(" ".join(venue.get(name) or "" for name in ("name", "city", "country")))
    return words(reported) - beside <= words(given) | beside


def _same_point(reported: tuple[float, float], given: tuple[float, float], _: Event) -> bool:
    across = (reported[1] - given[1]) * cos(radians(reported[0]))
    return hypot(reported[0] - given[0], across) <= _NEAR


def _same_url(reported: str, given: str, _: Event) -> bool:
    return _bare(reported) == _bare(given)


def _bare(url: str) -> str:
    return url.strip().partition("://")[2].removeprefix("www.").rstrip("/").casefold()


def _same_price(reported: Mapping[str, Any], given: Mapping[str, Any], _: Event) -> bool:
    if reported["free"] and reported["min"] is None:
        return bool(given["type"] == "free")
    low, high = (Decimal(reported[name]) if reported[name] is not None else None for name in ("min", "max"))
    if low is None and high is None:
        return given["type"] != "free"
    one = (low if low is not None else high), (high if high is not None else low)
    span = tuple(Decimal(str(given[name])) if given[name] is not None else None for name in ("min", "max"))
    return reported["currency"] in (None, given["currency"]) and span in (
        one,
        (low, high),
    )  # "from 10" is open


def _same_names(reported: Collection[str], given: Collection[str], _: Event) -> bool:
    return {fold(one) for one in reported} == {fold(one) for one in given}


def _has_all(reported: Collection[str], given: Collection[str], _: Event) -> bool:
    return {fold(one) for one in reported} <= {fold(one) for one in given}


def _same_status(reported: str, given: str, _: Event) -> bool:
    return given in {"moved": ("moved_online", "rescheduled"), "scheduled": ("scheduled", "sold_out")}.get(
        reported, (reported,)
    )


def _same_beginning(reported: str, given: str, _: Event) -> bool:
    first, beginning = (
        "".join(filter(str.isalnum, fold(one)))[:_BEGINNING] for one in (reported, line_of(given))
    )
    return beginning.startswith(first[: _BEGINNING - 5])


def _place(name: str) -> Callable[[Event], Any]:
    return lambda event: (event.get("venue") or {}).get(name)


def _point_of(event: Event) -> tuple[float, float] | None:
    venue = event.get("venue") or {}
    return None if venue.get("lat") is None else (venue["lat"], venue["lng"])


def _zone_of(event: Event) -> str:
    """The zone; '' for UTC, which is shown where none is known."""
    zone = str(event.get("timezone") or "")
    return "" if zone == "UTC" else zone


def _price_of(event: Event) -> Mapping[str, Any] | None:
    price = event.get("price")
    return None if not price or price["type"] == "unknown" else price


def _names(name: str) -> Callable[[Event], tuple[str, ...]]:
    return lambda event: tuple(one["name"] if isinstance(one, dict) else one for one in event.get(name) or ())


COMPARISONS: Final[Mapping[str, Comparison]] = {
    "title": Comparison(given=lambda event: event.get("title"), same=_same_title),
    "start": Comparison(given=moment, same=_same_moment),
    "end": Comparison(given=lambda event: moment(event, "end"), same=_same_moment),
    "zone": Comparison(given=_zone_of, same=_same_zone, derived=True, empty="UTC"),
    "venue": Comparison(given=_place("name"), same=_same_text),
    "address": Comparison(given=_place("address"), same=_same_address),
    "town": Comparison(given=_place("city"), same=_same_text, derived=True),
    "country": Comparison(given=_place("country"), same=_same_text, derived=True),
    "point": Comparison(given=_point_of, same=_same_point, derived=True),
    "url": Comparison(given=lambda event: event.get("url"), same=_same_url),
    "image": Comparison(
        given=lambda event: next((one["url"] for one in event.get("images") or ()), None), same=_same_url
    ),
    "price": Comparison(given=_price_of, same=_same_price),
    "organizer": Comparison(given=lambda event: (event.get("organizer") or {}).get("name"), same=_same_text),
    "performers": Comparison(given=_names("performers"), same=_same_names),
    "status": Comparison(
        given=lambda event: event.get("status"), same=_same_status, derived=True, default="scheduled"
    ),
    "online": Comparison(
        given=lambda event: event.get("online"),
        same=lambda reported, given, _: {True: "yes", False: "no", "both": "both"}[reported] == given,
        derived=True,
        default="no",
    ),
    "description": Comparison(given=lambda event: event.get("description"), same=_same_beginning),
    "age_limit": Comparison(
        given=lambda event: event.get("age_limit"), same=lambda reported, given, _: reported == given
    ),
    "tags": Comparison(given=_names("tags"), same=_has_all, derived=True),
}
