"""Stored listings in the form that the steps take.

So steps can be repeated after the source's answer expired. A listing keeps the normalized event
(docs/interfaces.md), its raw title, its location, and in `words` those words of the source that the normalized
event does not preserve: its categories, times, price, place. The rest of a RawRecord follows from the
normalized event. Free of Django.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from pipeline.contract.enums import ExtractionMethod, OrganizerType, PriceType
from pipeline.contract.field_kinds import Kind
from pipeline.contract.fields import KINDS, SIMPLE, WORDS
from pipeline.contract.frozen import shallow
from pipeline.contract.normalized import (
    EventTime,
    Flag,
    Gate,
    Image,
    NormalizedEvent,
    OrganizerRef,
    Price,
    Quality,
    Recurrence,
    Venue,
    exact_point,
)
from pipeline.contract.raw import RawRecord, RawTime
from pipeline.dates.event_times import zone_or_utc

#: Times as the source gave them: with an offset, a zone, neither, as a day, in words. The result does not
#: show which.
_MOMENTS: Final = ("start", "end", "doors", "previous_start", "published", "read_at")
_METADATA: Final = ("start_confidence",)
_EMPTY: Final = {field.name: field.default for field in fields(RawRecord)} | {"accessibility": {}}


def words_of(raw: RawRecord) -> dict[str, Any]:
    """The source's own words that a listing keeps, as JSON without empty values."""
    found = {name: value for name in WORDS if (value := getattr(raw, name)) != _EMPTY[name]}
    found |= {name: _written(value) for name in _MOMENTS if (value := getattr(raw, name)) is not None}
    found |= {name: raw.metadata[name] for name in _METADATA if name in raw.metadata}
    if raw.venue != _EMPTY["venue"]:
        found["venue"] = {
            name: value for name, value in shallow(raw.venue).items() if value not in (None, "", {})
        }
    return {
        name: list(value)
        if isinstance(value, tuple)
        else dict(value)
        if isinstance(value, Mapping)
        else value
        for name, value in found.items()
    }


def record_of(facts: Mapping[str, Any]) -> RawRecord:
    """The record of a listing's facts, as far as it is kept, so that the steps give the same result.

    Its description was cleaned, and stays clean.
    """
    event = event_of(facts)
    words = facts["words"] if "words" in facts else _words_of_event(event)
    metadata = {**event.extraction_metadata, **{name: words[name] for name in _METADATA if name in words}}
    reported = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in words.items()
        if name in WORDS
    }
    reported |= {name: _read(words[name]) for name in _MOMENTS if name in words}
    values: dict[str, Any] = {
        "external_id": event.external_id,
        "recurrence_id": event.recurrence_id,
        "title": event.raw_title or event.title,
        "description": event.description,
        "recurrence": event.recurrence,
        "venue": _venue(words.get("venue") or {}),
        "url": event.url,
        "ticket_url": event.ticket_url,
        "images": event.images,
        "organizer": event.organizer,
        "popularity": event.popularity,
        "method": event.method,
        "opening_hours": event.opening_hours,
        "metadata": metadata,
        "notes": tuple(metadata.get("notes") or ()),
        **reported,
    }
    return RawRecord(**values)


def _words_of_event(event: NormalizedEvent) -> dict[str, Any]:
    """For listings older than `words`: the event's own values stand for them."""
    return words_of(
        RawRecord(
            external_id=event.external_id,
            start=event.start,
            end=event.end,
            doors=event.doors,
            previous_start=event.previous_start,
            all_day=event.all_day,
            timezone=event.timezone,
            venue=event.venue,
            online=event.online.value,
            online_url=event.online_url,
            tags=event.tags,
            language=event.language,
            price_min="" if event.price.min is None else str(event.price.min),
            price_max="" if event.price.max is None else str(event.price.max),
            price_currency=event.price.currency,
            is_free=True if event.price.type is PriceType.FREE else None,
            performers=event.performers,
            offers=event.offers,
            status=event.status.value,
            capacity=event.capacity,
            registration_required=event.registration_required,
            accessibility=event.accessibility,
            setting=event.setting.value,
            **{name: getattr(event, name) for name in SIMPLE},
        )
    )


def _written(value: RawTime) -> str | dict[str, str]:
    """Text as it is; a moment as {"at": ISO 8601, "zone": its IANA name} and a day as {"day": …}."""
    if isinstance(value, str):
        return value
    if not isinstance(value, datetime):
        return {"day": value.isoformat()}
    zone = getattr(value.tzinfo, "key", "")
    return {"at": value.isoformat(), **({"zone": zone} if zone else {})}


def _read(reported: str | Mapping[str, str]) -> RawTime:
    if isinstance(reported, str):
        return reported
    if "day" in reported:
        return date.fromisoformat(reported["day"])
    moment = datetime.fromisoformat(reported["at"])
    return moment.astimezone(zone_or_utc(reported["zone"])) if "zone" in reported else moment


def event_of(facts: Mapping[str, Any]) -> NormalizedEvent:
    """The normalized event from its JSON.

    `event_of(event.to_json()).to_json()` is the same, except `raw_title`, which is stored separately.
    """
    zone = zone_or_utc(facts.get("timezone") or "")
    extraction = facts.get("extraction") or {}
    reported = {
        name: _value(name, facts[name], zone)
        for name in _JSON_ATTRIBUTES
        if facts.get(name) not in ((None,) if KINDS[name] in _PLAIN_KINDS else (None, "", {}))
    }
    return NormalizedEvent(
        external_id=facts["external_id"],
        raw_title=facts.get("raw_title") or "",
        recurrence_id=facts.get("recurrence_id") or "",
        method=ExtractionMethod(extraction.get("method") or ExtractionMethod.STRUCTURED),
        extraction_metadata=extraction.get("metadata") or {},
        **reported,
    )


def _value(name: str, reported: Any, zone: ZoneInfo) -> Any:
    """The value of an attribute of the normalized event from its JSON."""
    kind = KINDS[name]
    if kind is Kind.MOMENT:
        return _time(reported, zone)
    if kind is Kind.TEXTS:
        return tuple(reported)
    if kind is Kind.WORD:
        return type(_DEFAULTS[name])(reported)
    return _RECORDS[name](reported) if kind is Kind.RECORD else reported


def _time(text: str | None, zone: ZoneInfo) -> EventTime | None:
    if not text:
        return None
    return datetime.fromisoformat(text).astimezone(zone) if len(text) > 10 else date.fromisoformat(text)


def _recurrence(reported: Mapping[str, Any] | None) -> Recurrence | None:
    if reported is None:
        return None
    return Recurrence(
        rrule=reported["rrule"],
        rdate=tuple(reported["rdate"]),
        exdate=tuple(reported["exdate"]),
        series_id=reported["series_id"],
    )


def _price(reported: Mapping[str, Any]) -> Price:
    return Price(
        type=PriceType(reported.get("type") or PriceType.UNKNOWN),
        min=_amount(reported.get("min")),
        max=_amount(reported.get("max")),
        currency=reported.get("currency") or "",
    )


def _amount(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _venue(reported: Mapping[str, Any]) -> Venue:
    """The venue of an event's JSON, or of a source's words, where empty values are left out."""
    lat, lng = exact_point(reported)
    around = (reported["lat"], reported["lng"]) if reported.get("approximate") else reported.get("around")
    plain = {name: value for name, value in reported.items() if name != "approximate"}
    return Venue(**{**plain, "lat": lat, "lng": lng, "around": tuple(around) if around else None})


def _organizer(reported: Mapping[str, Any] | None) -> OrganizerRef | None:
    return None if reported is None else OrganizerRef(**{**reported, "type": OrganizerType(reported["type"])})


def _quality(reported: Mapping[str, Any]) -> Quality:
    gates = {
        name: Gate(**{**gate, "problems": tuple(gate["problems"])})
        for name, gate in (reported.get("gates") or {}).items()
    }
    return Quality(**{**reported, "gates": gates})


_RECORDS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "recurrence": _recurrence,
    "venue": _venue,
    "price": _price,
    "images": lambda reported: tuple(Image(**image) for image in reported),
    "organizer": _organizer,
    "quality": _quality,
    "flags": lambda reported: tuple(Flag(**flag) for flag in reported),
}
#: Kinds of values that JSON stores without conversion.
_PLAIN_KINDS: Final = frozenset({Kind.TEXT, Kind.WHOLE, Kind.TRUTH, Kind.OBJECT})
_DEFAULTS: Final[Mapping[str, Any]] = {
    attribute.name: attribute.default for attribute in fields(NormalizedEvent)
}
#: Attributes of the normalized event that have the same name in the JSON.
_JSON_ATTRIBUTES: Final = tuple(
    name for name in KINDS if name in _DEFAULTS.keys() - {"external_id", "raw_title", "recurrence_id"}
)
