"""Chooses the fields of the canonical event from the contributions of its listings, and converts them to
columns. Pure, and independent of the order of the contributions.

Facts are the JSON object of a normalized event (contracts.md) with `located` beside it, as `Listing.facts`
keeps them, so that a merge can be computed again from what is stored, and undone exactly.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from events.enums import Happening
from events.records import Entry
from pipeline.contract.enums import Status
from pipeline.contract.fields import FIELDS, GROUPS, UNIONS, Kind
from pipeline.dates.event_times import local_midnight, zone_or_utc

Facts = Mapping[str, Any]

#: Of tags, performers and images, which are joined over all origins in the order of their weight.
MAX_UNION = 20
#: A description with as many characters says what the event is, one with fewer hardly more than the title.
MEANINGFUL_TEXT = 120

_HAPPENING = {
    Status.SCHEDULED: Happening.SCHEDULED,
    Status.SOLD_OUT: Happening.SCHEDULED,
    Status.RESCHEDULED: Happening.RESCHEDULED,
    Status.MOVED_ONLINE: Happening.MOVED_ONLINE,
    Status.POSTPONED: Happening.POSTPONED,
    Status.CANCELLED: Happening.CANCELLED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Contribution:
    """One origin's facts about an event: `trust` 0 to 1, when they changed last, whether that was `since`
    their first sight, and whether the origin still lists it. Of an entry that no longer fits the others
    (`stray`) these are the facts and the time of when it last did, so that nothing changes before a person
    decides. Of one that was not believed in all it says `facts` has what counts, and `whole` all of it."""

    origin: str
    trust: float
    changed_at: datetime
    facts: Facts
    missing: bool = False
    stray: bool = False
    identity: str = ""
    since: bool = False
    whole: Facts | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Canonical:
    """The chosen facts, per group {"origin", "at", "confidence"}: who gave it, and per group the contribution
    itself."""

    facts: Facts
    provenance: Mapping[str, Any]
    winners: Mapping[str, Contribution]


def facts_of(entry: Entry) -> dict[str, Any]:
    """The facts that an entry tells."""
    located = entry.located
    facts = entry.event.to_json()
    return {
        **facts,
        "raw_title": entry.event.raw_title,
        "located": {"city": located.city, "area": located.area, "place_id": located.place_id},
        **({"words": dict(entry.words)} if entry.words else {}),
    }


def canonical(contributions: Sequence[Contribution]) -> Canonical:
    """The one event behind `contributions` (at least one), whatever their order. Per group of fields the word of
    an origin that says anything and still lists the event; among these who says most, then who is trusted
    most (trust times the field's own confidence), then who changed his word last. When each was first seen
    says nothing: the next to last resort is the origin's key."""
    ranked = sorted(contributions, key=_rank)
    facts: dict[str, Any] = dict(ranked[0].facts)
    provenance: dict[str, Any] = {}
    winners: dict[str, Contribution] = {}
    for group in GROUPS:
        # max keeps the first, so rank breaks ties
        chosen = max(ranked, key=partial(_weight, group=group)) if len(ranked) > 1 else ranked[0]
        for name in group:
            facts[name] = chosen.facts.get(name)
        winners[group[0]] = chosen
        provenance[group[0]] = {
            "origin": chosen.origin,
            "at": chosen.changed_at.isoformat(),
            "confidence": chosen.facts.get("confidence", {}).get(group[0]),
        }
    for name in UNIONS:
        facts[name] = _union(ranked, name)
    facts["flags"] = joined_flags(
        *(_flags(contribution, winners) for contribution in ranked if not contribution.stray)
    )
    return Canonical(facts=facts, provenance=provenance, winners=winners)


def joined_flags(*told: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What the checks found in any of the contributions, each check and reason once; the same for any order."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for flag in sorted(
        (flag for flags in told for flag in flags),
        key=lambda flag: json.dumps(flag, sort_keys=True, default=str),
    ):
        found.setdefault((flag["check"], flag["reason"]), flag)
    return [found[key] for key in sorted(found)]


def _flags(contribution: Contribution, winners: Mapping[str, Contribution]) -> list[Mapping[str, Any]]:
    """A check that has the name of a field speaks of that field's value: it counts where the value does."""
    return [
        flag
        for flag in contribution.facts.get("flags") or []
        if winners.get(flag["check"], contribution) is contribution
    ]


def _rank(contribution: Contribution) -> tuple[bool, float, float, str, str]:
    changed = contribution.changed_at.timestamp() if contribution.since else 0.0
    return (contribution.missing, -contribution.trust, -changed, contribution.origin, contribution.identity)


def _weight(contribution: Contribution, *, group: tuple[str, ...]) -> tuple[bool, bool, int, float]:
    says = _says(contribution.facts, group)
    confidence = (contribution.facts.get("confidence") or {}).get(group[0])
    return (
        says > 0,
        not contribution.missing,
        says,
        round(contribution.trust * (1.0 if confidence is None else confidence), 6),
    )


def _says(facts: Facts, group: tuple[str, ...]) -> int:
    """How much the facts say of a group: 0 nothing, 1 something, more where the better half is there too: an
    hour beside the day, and an end, coordinates beside the name, amounts beside the kind of price, sentences
    instead of a word."""
    value = facts.get(group[0])
    if group[0] == "start":
        known = bool(facts.get("time_known")) and not facts.get("all_day")
        return (1 + 2 * int(known) + int(facts.get("end") is not None)) * int(value is not None)
    if group[0] == "venue":
        venue = value or {}
        return int(bool(venue.get("name") or venue.get("address"))) + int(venue.get("lat") is not None)
    if group[0] == "price":
        price = value or {}
        return int(price.get("type", "unknown") != "unknown") + int(price.get("min") is not None)
    if group[0] == "description":
        return int(bool(value)) + int(len(value or "") >= MEANINGFUL_TEXT)
    if group[0] == "category":
        return int(value not in (None, "", "other"))
    return int(value not in (None, "", [], {}, "unknown"))


def _union(ranked: Sequence[Contribution], name: str) -> list[Any]:
    seen: dict[Any, Any] = {}
    for contribution in ranked:
        for item in contribution.facts.get(name) or []:
            seen.setdefault(item["url"] if isinstance(item, dict) else str(item).casefold(), item)
    items = list(seen.values())[:MAX_UNION]
    if name == "images" and items:
        primary = next((item["url"] for item in items if item.get("is_primary")), items[0]["url"])
        items = [{**item, "is_primary": item["url"] == primary} for item in items]
    return items


# --- Facts as columns of Event ---


def columns(facts: Facts) -> dict[str, Any]:
    """The Event's columns that `facts` decide; foreign keys (city, area, place, organizer, series) are
    resolved by the caller."""
    venue = facts.get("venue") or {}
    price = facts.get("price") or {}
    status = Status(facts.get("status") or Status.SCHEDULED)
    return {
        **{name: write(facts.get(name)) for name, write in _DIRECT_COLUMNS.items()},
        **_when(facts),
        "slug": slugify(facts["title"])[:80].strip("-") or "event",
        "title": facts["title"],
        "raw_title": (facts.get("raw_title") or "")[:1000],
        "venue_name": (venue.get("name") or "")[:200],
        "address": (venue.get("address") or "")[:400],
        "venue_city": (venue.get("city") or "")[:120],
        "country": (venue.get("country") or "")[:60],
        "lat": venue.get("lat"),
        "lng": venue.get("lng"),
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
        "happening": _HAPPENING[status].value,
        "sold_out": status is Status.SOLD_OUT,
        "quality_score": (facts.get("quality") or {}).get("score", 0.0),
        "quality": facts.get("quality") or {},
        "flags": facts.get("flags") or [],
        "extraction_method": (facts.get("extraction") or {}).get("method", "structured"),
        "recurrence_id": (facts.get("recurrence_id") or "")[:40],
    }


def _column(kind: Kind, limit: int) -> Callable[[Any], Any]:
    """How a fact of that kind becomes a column of at most `limit` characters (0 for any number)."""
    most = limit or None
    writers: Mapping[Kind, Callable[[Any], Any]] = {
        Kind.TEXT: lambda value: (value or "")[:most],
        Kind.WHOLE: lambda value: value,
        Kind.TRUTH: bool,
        Kind.TEXTS: lambda value: [str(item)[:most] for item in value or []],
        Kind.OBJECT: lambda value: value or {},
    }
    return writers[kind]


#: The fields that one column of the same name holds as they are.
_DIRECT_COLUMNS: Mapping[str, Callable[[Any], Any]] = {
    field.name: _column(field.facts[0].kind, field.columns[0].limit)
    for field in FIELDS
    if len(field.facts) == 1
    and [column.column for column in field.columns] == [field.name]
    and field.facts[0].kind not in (Kind.WORD, Kind.RECORD)
}


def _when(facts: Facts) -> dict[str, Any]:
    """Sort keys in UTC and days in the event's zone. What has only dates starts at local midnight and ends
    with its last day."""
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
