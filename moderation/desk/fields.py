"""The fields of an event as rows for people: one line for what several columns say together.

Pure. The values of a row are those of the event (`values_of`) or of one source (`told_by`), with the same names.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from events.facts import columns
from events.models import Event
from events.words import calendar_day, clock, date_range_words, price_words, zone_words
from moderation.desk.words import UNKNOWN, label, shown
from pipeline import taxonomy
from pipeline.contract.fields import SIMPLE
from pipeline.dates.event_times import zone_or_utc

Values = Mapping[str, Any]
_NEVER: Final = date.min
#: The columns that a source without a start cannot tell.
_TIMES: Final = (
    "start_at", "end_at", "start_date", "end_date", "end_predicted_at", "doors_at", "previous_start_at", "all_day", "time_known",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRow:
    """One row: the lockable field that it belongs to, its heading, and how its values are said.

    `plain` are values that say nothing, such as "as planned": a row of these alone is not shown. `is_long`:
    the values are texts.
    """

    field: str
    label: str
    say: Callable[[Values, ZoneInfo], str]
    plain: Collection[str] = (UNKNOWN,)
    is_long: bool = False


def _column(field: str, name: str, *plain: str, heading: str = "", is_long: bool = False) -> FieldRow:
    """A row of one column."""
    return FieldRow(
        field=field,
        label=heading or label(name),
        say=lambda values, zone: shown(name, values.get(name), zone=zone),
        plain=(UNKNOWN, *plain),
        is_long=is_long,
    )


def when_words(values: Values, zone: ZoneInfo) -> str:
    """`Sat 21 Nov 2026, 20:00 to 23:00 IST`, `Fri 20 to Sun 22 Nov 2026, all day`."""
    if values.get("start_at") is None:
        return UNKNOWN
    if values.get("all_day") or not values.get("time_known", True):
        days = date_range_words(values["start_date"], values["end_date"], today=_NEVER)
        return f"{days}, {'all day' if values.get('all_day') else 'time of day not known'}"
    start = values["start_at"].astimezone(zone)
    words = f"{calendar_day(start.date(), today=_NEVER)}, {clock(start)}"
    if values.get("end_at") is not None and values["end_at"] > values["start_at"]:
        end = values["end_at"].astimezone(zone)
        day = "" if end.date() == start.date() else f"{calendar_day(end.date(), today=_NEVER)}, "
        words += f" to {day}{clock(end)}"
    return f"{words} {zone_words(start)}"


def _point(values: Values, _zone: ZoneInfo) -> str:
    if values.get("lat") is not None and values.get("lng") is not None:
        return f"{values['lat']:.5f}, {values['lng']:.5f}"
    if values.get("around_lat") is not None and values.get("around_lng") is not None:
        return f"near {values['around_lat']:.3f}, {values['around_lng']:.3f}"
    return UNKNOWN


def _category(values: Values, zone: ZoneInfo) -> str:
    slug, part = str(values.get("category_id") or ""), str(values.get("subcategory") or "")
    words = shown("category", slug, zone=zone)
    return f"{words}, {taxonomy.subcategory_name(slug, part)}" if part else words


def _price(values: Values, _zone: ZoneInfo) -> str:
    return (
        price_words(
            str(values.get("price_type") or "unknown"),
            values.get("price_min"),
            values.get("price_max"),
            str(values.get("price_currency") or ""),
        )
        or UNKNOWN
    )


def _online(values: Values, zone: ZoneInfo) -> str:
    words = shown("online", values.get("online") or "no", zone=zone)
    return f"{words}, {values['online_url']}" if values.get("online_url") else words


def _happening(values: Values, zone: ZoneInfo) -> str:
    words = shown("happening", values.get("happening") or "scheduled", zone=zone)
    return f"{words}, sold out" if values.get("sold_out") else words


#: All rows, in the order of the page: what, when, where, how much, and the text last.
ROWS: Final = (
    _column("title", "title"),
    FieldRow(field="start", label="when", say=when_words),
    _column("start", "doors_at"),
    _column("start", "opening_hours", heading="open"),
    _column("start", "previous_start_at"),
    _column("start", "timezone"),
    _column("venue", "venue_name"),
    _column("venue", "place_name", heading="venue known here"),
    _column("venue", "address"),
    _column("venue", "city_name", heading="city"),
    _column("venue", "area_name", heading="area"),
    FieldRow(field="venue", label="on the map", say=_point),
    FieldRow(field="online", label="where", say=_online, plain=(UNKNOWN, "at a venue")),
    FieldRow(field="category", label="category", say=_category),
    FieldRow(field="price", label="price", say=_price),
    _column("price", "offers"),
    FieldRow(field="status", label=label("happening"), say=_happening, plain=(UNKNOWN, "as planned")),
    _column("organizer", "organizer_name", heading="organizer"),
    _column("performers", "performers"),
    _column("ticket_url", "ticket_url"),
    _column("url", "url"),
    _column("tags", "tags"),
    *(_column(name, name) for name in SIMPLE),
    _column("setting", "setting"),
    _column("language", "language"),
    _column("capacity", "capacity"),
    _column("registration_required", "registration_required", "no"),
    _column("accessibility", "accessibility"),
    _column("recurrence", "series"),
    _column("images", "images"),
    _column("description", "description", is_long=True),
)


def values_of(event: Event) -> dict[str, Any]:
    """The columns of a stored event, with the names of what it refers to.

    Its city, area, place, organizer and images should be loaded already.
    """
    values = {field.attname: getattr(event, field.attname) for field in event._meta.concrete_fields}
    return values | {
        "city_name": event.city.name if event.city else "",
        "area_name": event.area.name if event.area else "",
        "place_name": event.place.name if event.place else "",
        "organizer_name": event.organizer.name if event.organizer else "",
        "series": "one of a series" if event.series_id else "",
        "images": [image.source_url for image in event.images.all()],
    }


def told_by(facts: Mapping[str, Any], *, names: Mapping[str, str]) -> dict[str, Any]:
    """What a source's facts say, as columns; {} where they cannot be read.

    `names` are those of cities and areas by their slugs.
    """
    values: dict[str, Any] = {}
    with suppress(ValueError, TypeError, KeyError, ArithmeticError):
        values = columns(
            {**facts, "title": facts.get("title") or "", "start": facts.get("start") or "2000-01-01"}
        )
    if not facts.get("start"):
        values |= dict.fromkeys(_TIMES)
    located, organizer = facts.get("located") or {}, facts.get("organizer") or {}
    return values | {
        "city_name": names.get(
            located.get("city") or "", located.get("city") or values.get("venue_city") or ""
        ),
        "area_name": names.get(located.get("area") or "", located.get("area") or ""),
        "organizer_name": organizer.get("name") or "",
        "series": "one of a series" if facts.get("recurrence") else "",
        "images": [image.get("url", "") for image in facts.get("images") or []],
    }


def zone_of(values: Values) -> ZoneInfo:
    """The event's own zone."""
    return zone_or_utc(str(values.get("timezone") or ""))
