"""What an item says beside its title, time and place."""

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.images import images
from pipeline.connectors.formats.json_feed.place import online
from pipeline.connectors.formats.json_feed.reading import Reading
from pipeline.connectors.formats.json_feed.view import View
from pipeline.connectors.formats.page.dom import absolute
from pipeline.contract.enums import OrganizerType, Setting
from pipeline.contract.fields import SIMPLE, read_simple
from pipeline.contract.normalized import OrganizerRef, Recurrence
from pipeline.dates.moments import read_moment
from pipeline.text.decoding import MAX_ITEMS, MAX_LINE

#: Kinds that are the software's and not the publisher's: `calendar#event`, `destination_event`, `Feature`.
_NO_CATEGORY: Final = patterns.compile(
    r"#|--|://|^/|^(event|events|feature|default|offline|online|independent|nr|\d+)$|_event$|^\W*$",
    patterns.IGNORECASE,
)
_LANGUAGE: Final = patterns.compile(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")


def facts_of(view: View, reading: Reading) -> dict[str, Any]:
    """The attributes of a RawRecord that an item gives beside title, time and place."""
    mode, address = online(view)
    language = view.text("language")
    counts = {
        name: number for name in ("attending", "interested") if (number := _count(view, name)) is not None
    }
    capacity = _count(view, "capacity")
    setting = view.text("setting").lower()
    return {
        "online": mode,
        "online_url": address,
        "ticket_url": absolute(reading.base, view.text("ticket_url")),
        "categories": _words(
            t for t in [*view.texts("categories"), *view.texts("subcategory")] if not _NO_CATEGORY.search(t)
        ),
        "tags": _words(_split(view.texts("tags"))),
        "language": language if _LANGUAGE.match(language) else "",
        "images": images(view, reading.base),
        "organizer": _organizer(view, reading.base),
        "performers": _words(view.texts("performers")),
        "capacity": capacity or None,
        "registration_required": bool(view.flag("registration_required")),
        "popularity": counts,
        "setting": setting if setting in (Setting.INDOOR, Setting.OUTDOOR) else "",
        "accessibility": value
        if isinstance(value := view.get("accessibility"), dict) and len(str(value)) < 2 * MAX_LINE
        else {},
        "recurrence": _recurrence(view),
        "published": _published(view),
        **{name: read_simple(name, _plain_values(view, name)) for name in SIMPLE},
    }


def _plain_values(view: View, name: str) -> Iterator[Any]:
    """The values of a field: numbers as they are, anything else as its text."""
    for value in view.all(name):
        yield value if isinstance(value, int | float) else view.as_text(value)


def _published(view: View) -> datetime | None:
    moment = read_moment(view.get("published"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) if isinstance(moment, datetime) else None


def _recurrence(view: View) -> Recurrence | None:
    value = view.values.get("recurrence")
    rule = value.get("rrule") if isinstance(value, dict) else None
    series = value.get("series_id") if isinstance(value, dict) else None
    return (
        Recurrence(
            rrule=rule[:MAX_LINE] if isinstance(rule, str) else "", series_id=str(series or "")[:MAX_LINE]
        )
        if rule or series
        else None
    )


def _organizer(view: View, base: str) -> OrganizerRef | None:
    for value in view.all("organizer"):
        one = value[0] if isinstance(value, list) and value else value
        name = view.as_text(one)
        if name and "@" not in name and not name.isdigit():
            url = (
                absolute(base, str(one.get("url") or one.get("website") or ""))
                if isinstance(one, dict)
                else ""
            )
            kind = str(one.get("type") or "") if isinstance(one, dict) else ""
            party = OrganizerType(kind) if kind in set(OrganizerType) else OrganizerType.UNKNOWN
            return OrganizerRef(name=name[:MAX_LINE], url=url, type=party)
    return None


def _split(texts: list[str]) -> Iterator[str]:
    for text in texts:
        yield from text.split(",") if len(texts) == 1 else [text]


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    clean = (" ".join(text.split())[:MAX_LINE] for text in texts)
    return tuple(dict.fromkeys(t for t in clean if t and not t.isdigit()))[:MAX_ITEMS]


def _count(view: View, name: str) -> int | None:
    for value in view.all(name):
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and 0 <= value < 10_000_000
        ):
            return int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 8:
            return int(value)
    return None
