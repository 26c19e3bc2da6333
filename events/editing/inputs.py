"""The values of columns as the form's inputs show them, and in words."""

import csv
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model

from events.editing.units import Unit
from events.editing.wall import which_of
from events.models import Category, Event, Organizer
from events.services.primary_picture import shown_picture
from events.words import calendar_day, clock, language_words, price_words, zone_words
from pipeline.contract.fields import SIMPLE
from pipeline.dates.event_times import zone_or_utc
from pipeline.text.markup import lines_of
from pipeline.text.readable import readable
from places.models import Area, City

TIME, ALL_DAY, UNKNOWN = "time", "all_day", "unknown"
#: So many characters of a text are shown beside its field.
_SHOWN = 400
_WORDS: Mapping[str, Mapping[str, str]] = {
    "online": {"no": "at a venue", "yes": "online", "both": "at a venue and online"},
    "happening": {"scheduled": "as planned", "rescheduled": "at a new time", "moved_online": "moved online"},
    "setting": {"indoor": "indoors", "outdoor": "outdoors", "unknown": "not known"},
    "price_type": {"unknown": "not known", "variable": "it varies"},
}

Names = Mapping[str, Mapping[Any, str]]


def columns_of_event(event: Event) -> dict[str, Any]:
    """Every column of an event, and the address of the picture that is shown first."""
    columns = {field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields}
    return {**columns, "picture": shown_picture(event)}


def names_in(rows: Iterable[Mapping[str, Any]]) -> Names:
    """The names of the rows to which columns link, in one query for each kind."""
    told = list(rows)
    kinds: Mapping[str, type[Model]] = {
        "city_id": City,
        "area_id": Area,
        "category_id": Category,
        "organizer_id": Organizer,
    }
    found = {}
    for column, model in kinds.items():
        wanted = {row[column] for row in told if row.get(column) is not None}
        rows_found = model._default_manager.filter(pk__in=wanted) if wanted else ()
        found[column] = {row.pk: str(row) for row in rows_found}
    return found


def inputs_of(columns: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """{input: its value} for an event with these columns. Times are in the event's own zone."""
    plain = {
        name: columns.get(name)
        for name in (
            "title", "happening", "sold_out", "subcategory", "language", "timezone", "opening_hours", "venue_name", "address",
            "lat", "lng", "online", "online_url", "setting", "price_type", "price_min", "price_max", "price_currency", "url", "ticket_url",
            "capacity", "picture", *SIMPLE,
        )
    }  # fmt: skip
    links = {
        "category": columns.get("category_id"),
        "city": columns.get("city_id"),
        "area": columns.get("area_id"),
        "place": columns.get("place_id"),
        "organizer": names["organizer_id"].get(columns.get("organizer_id"), ""),
    }
    lists = {
        "description": readable(columns.get("description") or ""),
        "tags": listed(columns.get("tags") or ()),
        "performers": listed(columns.get("performers") or ()),
        "offers": "\n".join(columns.get("offers") or ()),
    }
    return {**plain, **links, **lists, **_when(columns)}


def _when(columns: Mapping[str, Any]) -> dict[str, Any]:
    zone = zone_or_utc(columns.get("timezone") or "")
    kind = ALL_DAY if columns.get("all_day") else TIME if columns.get("time_known", True) else UNKNOWN
    first, last = columns["start_date"], columns.get("end_date")
    found: dict[str, Any] = {"kind": kind, "start_day": first, "end_day": None}
    found |= {"start_clock": None, "end_clock": None, "doors_clock": None, "start_which": "", "end_which": ""}
    if kind != TIME:
        return {**found, "end_day": last if last != first else None}
    start = columns["start_at"].astimezone(zone)
    found |= {"start_day": start.date(), "start_clock": _minutes(start), "start_which": which_of(start)}
    if columns.get("end_at"):
        end = columns["end_at"].astimezone(zone)
        found |= {"end_day": end.date(), "end_clock": _minutes(end), "end_which": which_of(end)}
    if columns.get("doors_at"):
        found["doors_clock"] = _minutes(columns["doors_at"].astimezone(zone))
    return found


def _minutes(moment: datetime) -> time:
    return moment.time().replace(second=0, microsecond=0)


def listed(items: Iterable[str]) -> str:
    """Items in one line, separated by commas; one that holds a comma or a quote stands in quotes."""
    return ", ".join(
        '"' + item.replace('"', '""') + '"' if "," in item or '"' in item else item for item in items
    )


def unlisted(line: str) -> list[str]:
    """The items of `listed`, each once, without empty ones."""
    rows = csv.reader([" ".join(line.splitlines())], skipinitialspace=True)
    items = [item.strip() for row in rows for item in row]
    return list(dict.fromkeys(item for item in items if item))


def as_text(value: Any) -> str:
    """An input's value as a browser sends it; 'on' for a ticked box, '' for an empty one."""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def words_of(unit: Unit, columns: Mapping[str, Any], names: Names) -> str:
    """The value of a unit in words, '' where it is unknown."""
    say: Callable[[Mapping[str, Any], Names], str] | None = {
        "start": _time_words,
        "venue": _place_words,
        "price": _price_words,
        "status": _status_words,
        "category": lambda told, named: named["category_id"].get(told.get("category_id"), ""),
        "organizer": lambda told, named: named["organizer_id"].get(told.get("organizer_id"), ""),
        "description": lambda told, _: _cut(" ".join(lines_of(told.get("description") or "").split())),
        "language": lambda told, _: (
            language_words(told.get("language") or "") if told.get("language") else ""
        ),
        "online": lambda told, _: ", ".join(
            filter(None, [_word("online", told.get("online")), told.get("online_url")])
        ),
    }.get(unit.field)
    return say(columns, names) if say else _plain(unit.field, columns.get(unit.field))


def _plain(name: str, value: Any) -> str:
    if name in SIMPLE:
        return "" if value in (None, "") else SIMPLE[name].display(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return _cut(_word(name, value))


def _word(name: str, value: Any) -> str:
    return _WORDS.get(name, {}).get(str(value), "" if value is None else str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"


def _time_words(columns: Mapping[str, Any], _: Names) -> str:
    zone = zone_or_utc(columns.get("timezone") or "")
    told = _when(columns)
    first, last = told["start_day"], told["end_day"]
    words = f"{calendar_day(first, today=first)} {first.year}"
    if told["kind"] != TIME:
        words += f" to {calendar_day(last, today=last)}" if last else ""
        return f"{words}, {'all day' if told['kind'] == ALL_DAY else 'time not known'}"
    words += f", {clock(columns['start_at'].astimezone(zone))}"
    if columns.get("end_at"):
        end = columns["end_at"].astimezone(zone)
        near = end - columns["start_at"].astimezone(zone) < timedelta(hours=20)
        words += f" to {clock(end)}" if near else f" to {calendar_day(end.date(), today=first)} {clock(end)}"
    return f"{words} {zone_words(columns['start_at'].astimezone(zone))} ({zone.key})"


def _place_words(columns: Mapping[str, Any], names: Names) -> str:
    city = names["city_id"].get(columns.get("city_id"), "")
    words = [columns.get("venue_name"), columns.get("address"), city]
    point = f"{columns['lat']:.5f}, {columns['lng']:.5f}" if columns.get("lat") is not None else ""
    return " · ".join(filter(None, [", ".join(filter(None, words)), point]))


def _price_words(columns: Mapping[str, Any], _: Names) -> str:
    low, high = (_decimal(columns.get(name)) for name in ("price_min", "price_max"))
    words = price_words(columns.get("price_type") or "", low, high, columns.get("price_currency") or "")
    return "; ".join(filter(None, [words, *(columns.get("offers") or ())]))


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _status_words(columns: Mapping[str, Any], _: Names) -> str:
    words = _word("happening", columns.get("happening"))
    return f"{words}, sold out" if columns.get("sold_out") else words


def utc_words(iso: str) -> str:
    """A stored time for people: `Sat 21 Nov 2026, 12:00 UTC`; '' for none."""
    if not iso:
        return ""
    moment = datetime.fromisoformat(iso).astimezone(UTC)
    return f"{calendar_day(moment.date(), today=moment.date())} {moment.year}, {clock(moment)} UTC"


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
