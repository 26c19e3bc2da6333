"""The normalized event: what the words of every source become before they are stored.

See docs/interfaces.md. Frozen, typed, keyword-only: the steps pass these along in batches.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from pipeline.contract.enums import ExtractionMethod, Online, OrganizerType, PriceType, Setting, Status
from pipeline.contract.field_kinds import Kind
from pipeline.contract.fields import KINDS, SIMPLE, SimpleFacts, facts

#: An aware datetime, or a date where the event is all-day or its time is unknown. Never a naive datetime.
EventTime = datetime | date


@dataclass(frozen=True, kw_only=True, slots=True)
class Venue:
    """The venue in the source's words, and what was found for them.

    `lat` and `lng` in WGS 84 degrees. `around` is a point that is only near the venue (that of its town, or one that
    hides its address) where `lat` and `lng` are unknown; it is shown, and nothing is computed from it.
    """

    name: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    lat: float | None = None
    lng: float | None = None
    plus_code: str = ""
    external_ids: Mapping[str, str] = field(default_factory=dict)
    around: tuple[float, float] | None = None

    @property
    def shown_point(self) -> tuple[float | None, float | None]:
        """Latitude and longitude for a map: of the venue, else of `around`."""
        exact = (self.lat, self.lng)
        return self.around or exact if self.lat is None else exact


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    type: PriceType = PriceType.UNKNOWN
    min: Decimal | None = None
    max: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    url: str
    alt: str = ""
    credit: str = ""
    is_primary: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganizerRef:
    """The organizer.

    `contact` is the public contact of a business, or the keyed hash of an address.

    It is never a private person's address.
    """

    name: str = ""
    type: OrganizerType = OrganizerType.UNKNOWN
    url: str = ""
    contact: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recurrence:
    """The recurrence rule of an occurrence, as RFC 5545 text.

    `series_id` is the source's id of the whole series.
    """

    rrule: str = ""
    rdate: tuple[str, ...] = ()
    exdate: tuple[str, ...] = ()
    series_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """One quality gate: a score from 0 to 1, and for each problem a sentence on how to fix it."""

    score: float
    passed: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """The quality of one event. `threshold` is the required score; `gates` are those that are switched on."""

    score: float = 0.0
    grade: str = ""
    gates: Mapping[str, Gate] = field(default_factory=dict)
    threshold: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the overall score reached its threshold, and every gate its own."""
        return self.score >= self.threshold and all(gate.passed for gate in self.gates.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A doubtful finding of a check.

    The name of the check, the reason as a sentence for a moderator, and the evidence (JSON).
    """

    check: str
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class NormalizedEvent(SimpleFacts):
    """One occurrence from one source, normalized.

    `opening_hours` (OpenStreetMap syntax, `pipeline/hours`) belongs to ongoing events, which last for days
    and can be visited.
    """

    external_id: str
    recurrence_id: str = ""
    title: str = ""
    raw_title: str = ""
    description: str = ""
    start: EventTime | None = None
    end: EventTime | None = None
    end_predicted: EventTime | None = None
    doors: datetime | None = None
    timezone: str = ""
    all_day: bool = False
    time_known: bool = True
    opening_hours: str = ""
    previous_start: EventTime | None = None
    recurrence: Recurrence | None = None
    venue: Venue = Venue()
    online: Online = Online.NO
    online_url: str = ""
    setting: Setting = Setting.UNKNOWN
    category: str = "other"
    subcategory: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    price: Price = Price()
    offers: tuple[str, ...] = ()
    url: str = ""
    ticket_url: str = ""
    images: tuple[Image, ...] = ()
    organizer: OrganizerRef | None = None
    performers: tuple[str, ...] = ()
    status: Status = Status.SCHEDULED
    capacity: int | None = None
    registration_required: bool = False
    accessibility: Mapping[str, Any] = field(default_factory=dict)
    popularity: Mapping[str, int] = field(default_factory=dict)
    quality: Quality = Quality()
    flags: tuple[Flag, ...] = ()
    method: ExtractionMethod = ExtractionMethod.STRUCTURED
    extraction_metadata: Mapping[str, Any] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)
    raw_hash: str = ""

    @property
    def extraction(self) -> dict[str, Any]:
        """How the event was extracted from prose."""
        return {"method": self.method.value, "metadata": dict(self.extraction_metadata)}

    def to_json(self) -> dict[str, Any]:
        """The JSON object of docs/interfaces.md.

        Times are ISO 8601 with offset in the event's zone, or a date; enumerations are their values.
        """
        return {name: write(getattr(self, name)) for name, write in _WRITERS.items()}


def price_json(price: Price) -> dict[str, Any]:
    """`{"type", "min", "max", "currency"}`, amounts as numbers."""
    return {
        "type": price.type.value,
        "min": None if price.min is None else float(price.min),
        "max": None if price.max is None else float(price.max),
        "currency": price.currency,
    }


def quality_json(quality: Quality) -> dict[str, Any]:
    """`{"score", "grade", "threshold", "gates": {name: {"score", "passed", "problems"}}}`."""
    gates = {
        name: {"score": round(gate.score, 4), "passed": gate.passed, "problems": list(gate.problems)}
        for name, gate in quality.gates.items()
    }
    return {
        "score": round(quality.score, 4),
        "grade": quality.grade,
        "threshold": quality.threshold,
        "gates": gates,
    }


def _iso(value: EventTime | None) -> str | None:
    return None if value is None else value.isoformat()


def _recurrence_json(recurrence: Recurrence | None) -> dict[str, Any] | None:
    if recurrence is None:
        return None
    return {
        "rrule": recurrence.rrule,
        "rdate": list(recurrence.rdate),
        "exdate": list(recurrence.exdate),
        "series_id": recurrence.series_id,
    }


def exact_point(venue: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Latitude and longitude of a venue's JSON, None where they are unknown or approximate."""
    return (None, None) if venue.get("approximate") else (venue.get("lat"), venue.get("lng"))


def _venue_json(venue: Venue) -> dict[str, Any]:
    lat, lng = venue.shown_point
    return {
        "name": venue.name,
        "address": venue.address,
        "city": venue.city,
        "country": venue.country,
        "lat": lat,
        "lng": lng,
        "approximate": lat is not None and venue.lat is None,
        "plus_code": venue.plus_code,
        "external_ids": dict(venue.external_ids),
    }


def _organizer_json(organizer: OrganizerRef | None) -> dict[str, Any] | None:
    if organizer is None:
        return None
    return {
        "name": organizer.name,
        "type": organizer.type.value,
        "url": organizer.url,
        "contact": organizer.contact,
    }


def _images_json(images: tuple[Image, ...]) -> list[dict[str, Any]]:
    return [{"url": i.url, "alt": i.alt, "credit": i.credit, "is_primary": i.is_primary} for i in images]


def _flags_json(flags: tuple[Flag, ...]) -> list[dict[str, Any]]:
    return [{"check": f.check, "reason": f.reason, "evidence": dict(f.evidence)} for f in flags]


def _confidence_json(confidence: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in confidence.items()}


def _same(value: Any) -> Any:
    return value


_BY_KIND: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.WORD: lambda word: word.value,
    Kind.MOMENT: _iso,
    Kind.TEXTS: list,
    Kind.OBJECT: dict,
}


_BY_NAME: Final[Mapping[str, Callable[[Any], Any]]] = {
    "recurrence": _recurrence_json,
    "venue": _venue_json,
    "price": price_json,
    "images": _images_json,
    "organizer": _organizer_json,
    "quality": quality_json,
    "flags": _flags_json,
    "extraction": _same,
    "confidence": _confidence_json,
}


def _json_names() -> Iterator[str]:
    """The keys of the JSON object: in the order of the attributes, the simple fields last."""
    stored_beside = {fact.name for fact in facts() if fact.beside}
    for attribute in fields(NormalizedEvent):
        name = "extraction" if attribute.name == "method" else attribute.name
        if name in KINDS and name not in stored_beside and name not in SIMPLE:
            yield name
    yield from SIMPLE


#: How to write each key of the JSON object, in order.
_WRITERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    name: _BY_NAME.get(name) or _BY_KIND.get(KINDS[name], _same) for name in _json_names()
}
