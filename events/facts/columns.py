"""Converts facts to the columns of Event, and finds those that differ."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from events.enums import Happening
from events.facts.choosing import Facts
from pipeline.contract.enums import Status
from pipeline.contract.field_kinds import Kind
from pipeline.contract.fields import FIELDS
from pipeline.contract.normalized import exact_point
from pipeline.dates.event_times import local_midnight, zone_or_utc

_HAPPENING = {
    Status.SCHEDULED: Happening.SCHEDULED,
    Status.SOLD_OUT: Happening.SCHEDULED,
    Status.RESCHEDULED: Happening.RESCHEDULED,
    Status.MOVED_ONLINE: Happening.MOVED_ONLINE,
    Status.POSTPONED: Happening.POSTPONED,
    Status.CANCELLED: Happening.CANCELLED,
}


def columns(facts: Facts) -> dict[str, Any]:
    """The Event's columns for `facts`.

    The caller resolves foreign keys (city, area, place, organizer, series).
    """
    venue = facts.get("venue") or {}
    price = facts.get("price") or {}
    lat, lng = exact_point(venue)
    rough = bool(venue.get("approximate"))
    status = Status(facts.get("status") or Status.SCHEDULED)
    return {
        **{name: write(facts.get(name)) for name, write in _DIRECT_COLUMNS.items()},
        **times_of(facts),
        "slug": slugify(facts["title"])[:80].strip("-") or "event",
        "title": facts["title"],
        "raw_title": (facts.get("raw_title") or "")[:1000],
        "venue_name": (venue.get("name") or "")[:200],
        "address": (venue.get("address") or "")[:400],
        "venue_city": (venue.get("city") or "")[:120],
        "country": (venue.get("country") or "")[:60],
        "lat": lat,
        "lng": lng,
        "around_lat": venue.get("lat") if rough else None,
        "around_lng": venue.get("lng") if rough else None,
        "plus_code": (venue.get("plus_code") or "")[:20],
        "venue_external_ids": venue.get("external_ids") or {},
        "online": facts.get("online") or "no",
        "online_url": facts.get("online_url") or "",
        "setting": facts.get("setting") or "unknown",
        "category_id": facts.get("category") or "other",
        "subcategory": (facts.get("subcategory") or "")[:60],
        "price_type": price.get("type") or "unknown",
        "price_min": _decimal(price.get("min")),
        "price_max": _decimal(price.get("max")),
        "price_currency": (price.get("currency") or "")[:3],
        "offers": [one[:80] for one in facts.get("offers") or ()],
        "happening": _HAPPENING[status].value,
        "sold_out": status is Status.SOLD_OUT,
        "quality_score": (facts.get("quality") or {}).get("score", 0.0),
        "quality": facts.get("quality") or {},
        "flags": facts.get("flags") or [],
        "extraction_method": (facts.get("extraction") or {}).get("method", "structured"),
        "recurrence_id": (facts.get("recurrence_id") or "")[:40],
    }


def _column(kind: Kind, limit: int) -> Callable[[Any], Any]:
    """The conversion of a fact of that kind to a column of at most `limit` characters (0 for any number)."""
    most = limit or None
    writers: Mapping[Kind, Callable[[Any], Any]] = {
        Kind.TEXT: lambda value: (value or "")[:most],
        Kind.WHOLE: lambda value: value,
        Kind.TRUTH: bool,
        Kind.TEXTS: lambda value: [str(item)[:most] for item in value or []],
        Kind.OBJECT: lambda value: value or {},
    }
    return writers[kind]


#: The fields that a column of the same name stores unchanged.
_DIRECT_COLUMNS: Mapping[str, Callable[[Any], Any]] = {
    field.name: _column(field.facts[0].kind, field.columns[0].limit)
    for field in FIELDS
    if len(field.facts) == 1
    and [column.column for column in field.columns] == [field.name]
    and field.facts[0].kind not in (Kind.WORD, Kind.RECORD)
}


def times_of(facts: Facts) -> dict[str, Any]:
    """Sort keys in UTC and days in the event's zone.

    An event with dates starts at local midnight and ends with its last day.
    """
    zone = zone_or_utc(facts.get("timezone") or "")
    start, end = _moment(facts["start"]), _moment(facts.get("end"))
    if isinstance(start, datetime):
        start_at, start_date = start.astimezone(UTC), start.astimezone(zone).date()
        end_at = end.astimezone(UTC) if isinstance(end, datetime) else None
        end_date = _last_day(end_at.astimezone(zone), start_date) if end_at else start_date
    else:
        start_date = start
        last = end.astimezone(zone).date() if isinstance(end, datetime) else end
        end_date = max(last or start_date, start_date)
        start_at = local_midnight(start_date, zone)
        end_at = local_midnight(end_date + timedelta(days=1), zone)
    return {
        "start_at": start_at,
        "end_at": end_at,
        "start_date": start_date,
        "end_date": end_date,
        "end_predicted_at": _aware(facts.get("end_predicted"), zone),
        "doors_at": _aware(facts.get("doors"), zone),
        "previous_start_at": _aware(facts.get("previous_start"), zone),
        "timezone": zone.key,
        "all_day": bool(facts.get("all_day")),
        "time_known": bool(facts.get("time_known", True)),
        "opening_hours": (facts.get("opening_hours") or "")[:500],
    }


def _last_day(end: datetime, start_date: date) -> date:
    """The last day of an event that ends at `end` (local): midnight belongs to the day before."""
    return max((end - timedelta(microseconds=1)).date(), start_date)


def _moment(value: Any) -> Any:
    """An ISO 8601 text as date or aware datetime."""
    if not isinstance(value, str):
        return value
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)


def _aware(value: Any, zone: ZoneInfo) -> datetime | None:
    moment = _moment(value)
    if moment is None:
        return None
    return moment.astimezone(UTC) if isinstance(moment, datetime) else local_midnight(moment, zone)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


def differing(
    event: Any, values: Mapping[str, Any], ignore: Collection[str] = ()
) -> dict[str, tuple[Any, Any]]:
    """`{column: (before, after)}` of the columns in which an event differs from `values`."""
    get: Callable[[str], Any] = event.__getattribute__
    return {
        name: (get(name), value)
        for name, value in values.items()
        if name not in ignore and get(name) != value
    }
