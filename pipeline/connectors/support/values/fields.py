"""One field of a JSON answer, which may be of any type: what is not of the wanted kind reads as nothing."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from math import isfinite
from typing import Any, Final

from pipeline import patterns
from pipeline.characters import unescape
from pipeline.contract.enums import OrganizerType, Status
from pipeline.contract.normalized import Image, OrganizerRef
from pipeline.contract.raw import RawTime
from pipeline.dates.moments import read_moment
from pipeline.text.decoding import MAX_ITEMS, MAX_LINE, http_url, strip_controls

_FURTHEST: Final = timedelta(hours=14)
_QUARTER: Final = timedelta(minutes=15)
_STATES: Final = {
    "cancel": Status.CANCELLED,
    "postpon": Status.POSTPONED,
    "resched": Status.RESCHEDULED,
    "moved": Status.MOVED_ONLINE,
}
_ZONE: Final = patterns.compile(r"^[A-Za-z]+(/[A-Za-z0-9_+-]+){1,2}$|^UTC$")


def at(value: Any, *path: str | int) -> Any:
    """What lies at `path` inside nested objects and lists; None where the path ends early."""
    for step in path:
        if isinstance(value, Mapping) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def text(value: Any, *path: str | int) -> str:
    """Text or a number at a path, without outer space and control characters; '' for anything else."""
    found = at(value, *path)
    return (
        strip_controls(str(found)).strip()
        if isinstance(found, str | int | float) and not isinstance(found, bool)
        else ""
    )


def line(value: Any, *path: str | int) -> str:
    """As `text`, on one line of at most 1,000 characters."""
    return " ".join(text(value, *path).split())[:MAX_LINE]


def number(value: Any, *path: str | int) -> int | None:
    """A whole number that is not negative, also one written as text; None for anything else."""
    found = text(value, *path)
    return int(found) if found.isascii() and found.isdigit() and len(found) < 10 else None


def decimal(value: Any, *path: str | int) -> float | None:
    """A number at a path, but no number written as text; None for anything else."""
    found = at(value, *path)
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number and isfinite(found) else None


def objects(value: Any, *path: str | int) -> list[dict[str, Any]]:
    """The objects of a list; one object alone counts as a list of it, unless it is empty."""
    found = at(value, *path)
    listed = found if isinstance(found, list) else [found] if found else []
    return [one for one in listed if isinstance(one, dict)]


def listed(value: Any, *path: str | int) -> list[Any]:
    """The list at a path of an answer, or the answer itself where it is one; [] where there is none."""
    found = value if isinstance(value, list) else at(value, *path)
    return found if isinstance(found, list) else []


def several(value: Any, *path: str | int) -> list[Any]:
    """What a list at a path holds; one value alone counts as a list of it, unless it is nothing."""
    found = at(value, *path)
    return found if isinstance(found, list) else [] if found is None else [found]


def lines(values: Iterable[str]) -> tuple[str, ...]:
    """Texts without empty ones and repetitions, at most 50."""
    return tuple(dict.fromkeys(one for one in values if one))[:MAX_ITEMS]


def link(value: Any, *path: str | int) -> str:
    """A web address, '' where there is none. A scheme written twice (`http://https://…`) counts once."""
    found = text(value, *path)
    doubled = found.partition("://")[2]
    return http_url(doubled if doubled.startswith(("http://", "https://")) else found)


def pictures(addresses: Iterable[str]) -> tuple[Image, ...]:
    """Images by their addresses, the first one primary."""
    return images((address, "", "") for address in addresses)


def images(reported: Iterable[tuple[str, str, str]]) -> tuple[Image, ...]:
    """Images of (address, alternative text, credit), each address once, the first one primary, at most 50."""
    found: dict[str, tuple[str, str]] = {}
    for address, alt, credit in reported:
        url = http_url(address)
        if url:
            found.setdefault(url, (alt[:MAX_LINE], credit[:MAX_LINE]))
    kept = islice(found.items(), MAX_ITEMS)
    return tuple(
        Image(url=url, alt=alt, credit=credit, is_primary=not place)
        for place, (url, (alt, credit)) in enumerate(kept)
    )


def postal(*parts: str) -> str:
    """An address on one line out of its parts; what an earlier part already says is left out."""
    reported: list[str] = []
    for part in parts:
        if part and part.casefold() not in ", ".join(reported).casefold():
            reported.append(part)
    return ", ".join(reported)[:MAX_LINE]


def moment(local: Any, utc: Any = None) -> RawTime | None:
    """A start told twice, by the clock of the place and in UTC: the local time with the offset that follows.
    One of them where the other is missing or they cannot both be right (more than 14 hours apart, or no
    quarter of an hour)."""
    wall, instant = read_moment(local), read_moment(utc, utc=True)
    if not isinstance(wall, datetime) or not isinstance(instant, datetime) or wall.tzinfo is not None:
        return (
            wall
            if wall is not None and not (isinstance(instant, datetime) and not isinstance(wall, datetime))
            else instant
        )
    offset = wall - instant.astimezone(UTC).replace(tzinfo=None)
    if abs(offset) > _FURTHEST or offset % _QUARTER:
        return wall
    return wall.replace(tzinfo=timezone(offset) if offset else UTC)


def day_of(moment: RawTime | None) -> RawTime | None:
    """The day alone of a moment; what is no moment stays as it is."""
    return moment.date() if isinstance(moment, datetime) else moment


def thousandths(score: Any) -> int | None:
    """A score from 0 to 1 as a whole number; None for what is no such score."""
    return round(score * 1000) if isinstance(score, float) and 0 <= score <= 1 else None


def html_line(value: Any, *path: str | int) -> str:
    """As `text`, on one line, with HTML's entities decoded, at most `MAX_LINE` characters."""
    return " ".join(unescape(text(value, *path)).split())[:MAX_LINE]


def truth(value: Any) -> bool:
    """Whether a value means yes: true, 1, "1", "true", "yes"."""
    return str(value).strip().lower() in ("true", "1", "yes")


def html_lines(values: Iterable[Any]) -> tuple[str, ...]:
    """Each text once, on one line, empty ones left out, at most `MAX_ITEMS`."""
    return tuple(dict.fromkeys(one for one in map(html_line, values) if one))[:MAX_ITEMS]


def zone(value: Any) -> str:
    """The name of a time zone of the tz database; '' for offsets such as "UTC+2" and all else."""
    return text(value) if _ZONE.match(text(value)) else ""


def status(said: str) -> str:
    """The state that a platform's word means: cancelled, postponed, rescheduled or moved online; '' for all
    other words."""
    return str(next((state for root, state in _STATES.items() if root in said.casefold()), ""))


def organizer(name: str, url: str = "", type: OrganizerType = OrganizerType.UNKNOWN) -> OrganizerRef | None:
    """Who makes an event; None without a name."""
    return OrganizerRef(name=name, url=url, type=type) if name else None


def filled(**fields: Any) -> dict[str, Any]:
    """The fields that are not empty, by name."""
    return {name: value for name, value in fields.items() if value}


def has_all(value: Any, names: Collection[str]) -> bool:
    """Whether a value is an object with all of these keys."""
    return isinstance(value, dict) and all(name in value for name in names)
