"""First step: a source's record takes the shape of a normalized event. Words get our meaning; nothing is
cleaned, zoned or located yet."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Final

from events.enums import ExtractionMethod, Online, Status
from events.records import NormalizedEvent, OrganizerRef, Venue
from pipeline import patterns
from pipeline.contract.fields import SIMPLE, is_known, read_simple
from pipeline.contract.frozen import replace
from pipeline.contract.raw import Draft, RawRecord, SourceContext
from pipeline.geography.coordinates import fold_name
from pipeline.refinement import vocabulary as words

#: How far a field is believed by the way it was read.
METHOD_CONFIDENCE: Final = {
    ExtractionMethod.STRUCTURED: 0.95,
    ExtractionMethod.SELECTOR: 0.85,
    ExtractionMethod.TEXT: 0.7,
    ExtractionMethod.AI: 0.6,
}
#: As long as the columns that keep identities (sources.models.StagedEvent).
MAX_ID: Final = 300
MAX_RECURRENCE_ID: Final = 40
#: A longer name of a place that is the whole description too is a description.
MOST_OF_PLACE: Final = 60

#: What tells of the reading rather than of the event: two readings of the same content must hash equal.
_NOT_CONTENT: Final = frozenset({"raw", "notes", "metadata", "method", "published"})
_CONTENT_FIELDS: Final = tuple(field.name for field in fields(RawRecord) if field.name not in _NOT_CONTENT)
_LINK: Final = patterns.compile(r"https?://[^\s<>\"']+", patterns.IGNORECASE)
_LABEL: Final = patterns.compile(
    r"^\s*(?:venue|location|where|place|address|in[- ]person|ort|lieu)\s*:\s*", patterns.IGNORECASE
)


def extract(drafts: list[Draft], context: SourceContext, lookups: Any) -> list[Draft]:
    """RawRecord to NormalizedEvent: identity and hash, status, online, setting, organizer, images."""
    return [replace(draft, event=_event(draft.raw), notes=draft.raw.notes) for draft in drafts]


def raw_hash(record: RawRecord) -> str:
    """SHA-256 (hex) of what the record says of the event. The source's bookkeeping (DTSTAMP, SEQUENCE, the
    raw text) is not part of it."""
    content = {
        name: value
        for name in _CONTENT_FIELDS
        if (value := getattr(record, name)) not in (None, "", (), {}, False)
        or (name in SIMPLE and is_known(name, value))
    }
    return hashlib.sha256(
        json.dumps(content, default=_canonical, sort_keys=True).encode("utf-8", "surrogatepass")
    ).hexdigest()


def fingerprint(record: RawRecord) -> str:
    """An identity (hex) for a record whose source has no stable id: its title, its start as given, and its
    venue's name, folded."""
    parts = (fold_name(record.title[:500]), _canonical(record.start), fold_name(record.venue.name[:200]))
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()


def identity(record: RawRecord) -> tuple[str, str]:
    """(external id, recurrence id) under which the record is kept: the source's own where it is stable, else
    `fp:` and its fingerprint."""
    if record.external_id and record.stable_id:
        return _bounded(record.external_id, MAX_ID), _bounded(record.recurrence_id, MAX_RECURRENCE_ID)
    return f"fp:{fingerprint(record)}", ""


def _bounded(name: str, limit: int) -> str:
    """An id that a column can hold: a longer one, or one with control characters in it, becomes its hash."""
    if len(name) <= limit and name.isprintable():
        return name
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:limit]


def _canonical(value: Any) -> Any:
    if isinstance(value, datetime):
        zone = getattr(value.tzinfo, "key", "")
        return f"{value.isoformat()}[{zone}]" if zone else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: part for name, part in asdict(value).items() if part not in (None, "", (), {}, False)}
    return dict(value) if isinstance(value, Mapping) else str(value)


def _event(raw: RawRecord) -> NormalizedEvent:
    external_id, recurrence_id = identity(raw)
    venue, online, online_url = _place(raw)
    return NormalizedEvent(
        external_id=external_id,
        recurrence_id=recurrence_id,
        title=raw.title,
        raw_title=raw.title,
        description=raw.description,
        recurrence=raw.recurrence,
        venue=venue,
        online=online,
        online_url=online_url,
        setting=words.read_setting(raw.setting),
        tags=(*raw.categories, *raw.tags),
        language=raw.language,
        url=raw.url,
        ticket_url=raw.ticket_url,
        images=raw.images,
        organizer=_organizer(raw.organizer),
        performers=raw.performers,
        status=_status(raw),
        capacity=raw.capacity if raw.capacity is not None and 0 < raw.capacity < 10_000_000 else None,
        registration_required=raw.registration_required,
        accessibility=raw.accessibility,
        popularity={
            name: int(count)
            for name, count in raw.popularity.items()
            if isinstance(count, int) and count >= 0
        },
        method=raw.method,
        extraction_metadata=dict(raw.metadata),
        confidence=_confidence(raw),
        raw_hash=raw_hash(raw),
        **{name: read_simple(name, (getattr(raw, name),)) for name in SIMPLE},
    )


def _confidence(raw: RawRecord) -> dict[str, float]:
    """How far each field is believed: as its reader says (an extractor of prose says it for each), the title
    else by the method."""
    told = raw.metadata.get("believed")
    believed = (
        {name: float(value) for name, value in told.items() if isinstance(value, int | float)}
        if isinstance(told, Mapping)
        else {}
    )
    return {
        "title": METHOD_CONFIDENCE[raw.method],
        **{name: min(max(value, 0.0), 1.0) for name, value in believed.items()},
    }


def _status(raw: RawRecord) -> Status:
    moved = (
        Status.RESCHEDULED
        if raw.previous_start is not None and raw.previous_start != raw.start
        else Status.SCHEDULED
    )
    return words.gravest(
        words.read_status(raw.status), moved, Status.SOLD_OUT if raw.sold_out else Status.SCHEDULED
    )


def _place(raw: RawRecord) -> tuple[Venue, Online, str]:
    """The venue without the links and words that stand for the internet, whether it takes place there, and
    its link."""
    told = len(raw.venue.name) > MOST_OF_PLACE and raw.venue.name.strip() == raw.description.strip()
    venue, link = _without_links(replace(raw.venue, name="") if told else raw.venue)
    link = raw.online_url or link
    stated = words.read_online(raw.online) if raw.online else None
    named = max(
        words.place_is_online(venue.name),
        words.place_is_online(venue.address),
        key=[Online.NO, Online.BOTH, Online.YES].index,
    )
    if words.place_is_online(venue.address) is Online.YES:
        venue = replace(venue, address="")
    if words.place_is_online(venue.name) is Online.YES:
        # the point of a place called so is a placeholder's (Meetup's lies in the Pacific) unless an address
        # stands beside it
        venue = replace(venue, name="") if venue.address else Venue(city=venue.city, country=venue.country)
    online = stated if stated is not None else _guess(raw, venue, named, link)
    if online is Online.YES:
        # What is left of a place is the organizer's seat or a placeholder.
        return Venue(), online, link
    return venue, online, link


def _guess(raw: RawRecord, venue: Venue, named: Online, link: str) -> Online:
    somewhere = bool(venue.name or venue.address or venue.lat is not None)
    if not somewhere:
        return Online.YES if named is Online.YES or link or words.title_is_online(raw.title) else Online.NO
    if named is not Online.NO or (link and (raw.online_url or words.is_meeting_link(link))):
        return Online.BOTH
    return Online.NO


def _without_links(venue: Venue) -> tuple[Venue, str]:
    """A place's words and the first link in them that is not one to a map."""
    venue = replace(venue, name=_LABEL.sub("", venue.name), address=_LABEL.sub("", venue.address))
    link = ""
    for text in (venue.name, venue.address):
        for found in _LINK.findall(text) if "://" in text else ():
            link = link or ("" if words.is_map_link(found) else found.rstrip(".,;)"))
    if not link and "://" not in venue.name + venue.address:
        return venue, ""
    name, address = (_LINK.sub(" ", text).strip(" \t\n-–|:,;()<>") for text in (venue.name, venue.address))
    only_link = not (name or address)
    return replace(venue, name=name, address=address), link if only_link or words.is_meeting_link(
        link
    ) else ""


def _organizer(organizer: OrganizerRef | None) -> OrganizerRef | None:
    """The organizer, where it has a name or a page. What may be kept of its contact is decided by `check`,
    which has the key for hashes."""
    return organizer if organizer is not None and (organizer.name or organizer.url) else None
