"""What is stored of a record, as the steps take it: so that they can be run again when the source's answer is long gone. Free of Django.

A listing keeps the normalized event (contracts.md), its raw title, where it was located, and in `words` what the source said that no field of the normalized
event holds: its own categories, price and dates in words. The rest of a RawRecord can be told from the normalized event.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from events.enums import ExtractionMethod, Online, OrganizerType, PriceType, Setting, Status
from events.records import Flag, Gate, Image, NormalizedEvent, OrganizerRef, Price, Quality, Recurrence, Venue
from events.times import EventTime, zone_or_utc
from sources.records import Draft, RawRecord, RawTime

#: Of a RawRecord, what the normalized event may not hold.
WORDS: Final = (
    "categories", "tags", "price_text", "price_min", "price_max", "price_currency", "is_free", "setting", "online", "status", "timezone",
    "calendar_timezone", "language",
)  # fmt: skip
#: Times are words only where the source wrote words.
_MOMENTS: Final = ("start", "end", "doors")
_METADATA: Final = ("start_confidence",)
_EMPTY: Final = {field.name: field.default for field in fields(RawRecord)}


def words_of(raw: RawRecord) -> dict[str, Any]:
    """What a listing keeps of the source's own words, as JSON; small: what is empty is left out."""
    found = {name: value for name in WORDS if (value := getattr(raw, name)) != _EMPTY[name]}
    found |= {name: value for name in _MOMENTS if isinstance(value := getattr(raw, name), str) and value}
    found |= {name: raw.metadata[name] for name in _METADATA if name in raw.metadata}
    if raw.published is not None:
        found["published"] = raw.published.isoformat()
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def draft_of(facts: Mapping[str, Any]) -> Draft:
    """The draft behind a listing's facts, as it left the pipeline, with a record that makes the same of it again."""
    event, located = event_of(facts), facts.get("located") or {}
    notes = tuple(event.extraction_metadata.get("notes") or ())
    return Draft(
        raw=record_of(facts, event),
        event=event,
        city=located.get("city") or "",
        area=located.get("area") or "",
        place_id=located.get("place_id") or "",
        notes=notes,
    )


def record_of(facts: Mapping[str, Any], event: NormalizedEvent) -> RawRecord:
    """The record that `event` was made from, as far as it is kept. What was cleaned stays clean: the steps leave it as it is."""
    words = dict(facts.get("words") or {})
    metadata = {name: words.pop(name) for name in _METADATA if name in words}
    published = words.pop("published", None)
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in words.items()}
    times: dict[str, RawTime | None] = {
        "start": event.start,
        "end": event.end,
        "doors": event.doors,
        "previous_start": event.previous_start,
    }
    return RawRecord(
        **{
            "external_id": event.external_id,
            "recurrence_id": event.recurrence_id,
            "title": event.raw_title or event.title,
            "description": event.description,
            **times,
            "all_day": event.all_day,
            "timezone": event.timezone,
            "recurrence": event.recurrence,
            "venue": event.venue,
            "online_url": event.online_url,
            "url": event.url,
            "ticket_url": event.ticket_url,
            "images": event.images,
            "organizer": event.organizer,
            "performers": event.performers,
            "sold_out": event.status is Status.SOLD_OUT,
            "capacity": event.capacity,
            "registration_required": event.registration_required,
            "accessibility": event.accessibility,
            "popularity": event.popularity,
            "method": event.method,
            "metadata": {**event.extraction_metadata, **metadata},
            "published": datetime.fromisoformat(published) if published else None,
            **told,
        }
    )


def event_of(facts: Mapping[str, Any]) -> NormalizedEvent:
    """The normalized event back from its JSON: `event_of(event.to_json()).to_json()` is the same, but for `raw_title`, which stands beside it."""
    zone = zone_or_utc(facts.get("timezone") or "")
    extraction = facts.get("extraction") or {}
    return NormalizedEvent(
        external_id=facts["external_id"],
        raw_title=facts.get("raw_title") or "",
        recurrence_id=facts.get("recurrence_id") or "",
        doors=_moment(facts.get("doors"), zone),
        recurrence=_recurrence(facts.get("recurrence")),
        venue=Venue(**facts["venue"]) if facts.get("venue") else Venue(),
        online=Online(facts.get("online") or Online.NO),
        setting=Setting(facts.get("setting") or Setting.UNKNOWN),
        price=_price(facts.get("price") or {}),
        images=tuple(Image(**image) for image in facts.get("images") or ()),
        organizer=_organizer(facts.get("organizer")),
        status=Status(facts.get("status") or Status.SCHEDULED),
        quality=_quality(facts.get("quality") or {}),
        flags=tuple(Flag(**flag) for flag in facts.get("flags") or ()),
        method=ExtractionMethod(extraction.get("method") or ExtractionMethod.STRUCTURED),
        extraction_metadata=extraction.get("metadata") or {},
        **{name: _time(facts.get(name), zone) for name in ("start", "end", "end_predicted", "previous_start")},
        **{name: tuple(facts.get(name) or ()) for name in ("tags", "performers")},
        **{name: facts[name] for name in _PLAIN if facts.get(name) is not None},
    )


#: Fields that JSON holds as they are.
_PLAIN: Final = (
    "title", "description", "timezone", "all_day", "time_known", "opening_hours", "online_url", "category", "subcategory", "language", "url",
    "ticket_url", "capacity", "registration_required", "accessibility", "popularity", "confidence", "raw_hash",
)  # fmt: skip


def _time(text: str | None, zone: ZoneInfo) -> EventTime | None:
    if not text:
        return None
    return _moment(text, zone) if len(text) > 10 else date.fromisoformat(text)


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(zone) if text else None


def _recurrence(told: Mapping[str, Any] | None) -> Recurrence | None:
    if told is None:
        return None
    return Recurrence(rrule=told["rrule"], rdate=tuple(told["rdate"]), exdate=tuple(told["exdate"]), series_id=told["series_id"])


def _price(told: Mapping[str, Any]) -> Price:
    return Price(
        type=PriceType(told.get("type") or PriceType.UNKNOWN),
        min=_amount(told.get("min")),
        max=_amount(told.get("max")),
        currency=told.get("currency") or "",
    )


def _amount(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _organizer(told: Mapping[str, Any] | None) -> OrganizerRef | None:
    return None if told is None else OrganizerRef(**{**told, "type": OrganizerType(told["type"])})


def _quality(told: Mapping[str, Any]) -> Quality:
    gates = {name: Gate(**{**gate, "problems": tuple(gate["problems"])}) for name, gate in (told.get("gates") or {}).items()}
    return Quality(**{**told, "gates": gates})
