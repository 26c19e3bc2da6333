"""One event of a batch on its way: what it was, what is said of it now, and which columns a person's word has closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from events import facts as telling
from events.models import Event, Listing, Proposal
from events.records import Entry, Judgement

#: Columns that say how well an event is known; a change of these alone is no change for readers.
BACKGROUND = frozenset(
    {"quality_score", "quality", "flags", "confidence", "popularity", "raw_title", "extraction_method", "end_predicted_at"}
)
#: A locked field closes these columns to machines.
LOCKS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "raw_title", "slug"),
    "description": ("description",),
    "start": (
        "start_at",
        "end_at",
        "start_date",
        "end_date",
        "doors_at",
        "timezone",
        "all_day",
        "time_known",
        "previous_start_at",
        "opening_hours",
    ),
    "venue": (
        "venue_name",
        "address",
        "venue_city",
        "country",
        "lat",
        "lng",
        "plus_code",
        "venue_external_ids",
        "place_id",
        "city_id",
        "area_id",
    ),
    "category": ("category_id", "subcategory"),
    "tags": ("tags",),
    "price": ("price_type", "price_min", "price_max", "price_currency"),
    "status": ("happening", "sold_out"),
    "url": ("url",),
    "ticket_url": ("ticket_url",),
    "organizer": ("organizer_id",),
    "performers": ("performers",),
    "language": ("language",),
    "setting": ("setting",),
    "online": ("online", "online_url"),
    "capacity": ("capacity",),
}


@dataclass(kw_only=True, slots=True)
class Plan:
    """One event of the batch: what it was, what its entries make of it, and what was judged."""

    event: Event
    is_new: bool
    entries: list[Entry]
    facts: telling.Facts
    provenance: Mapping[str, Any]
    values: dict[str, Any]
    changes: dict[str, tuple[Any, Any]]
    before_topics: set[str] = field(default_factory=set)
    before_publication: str = ""
    images: list[dict[str, Any]] = field(default_factory=list)
    judgement: Judgement = field(default_factory=Judgement)
    withheld: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    proposal: Proposal | None = None


def locked_columns(event: Event) -> tuple[str, ...]:
    """The columns that a person's word closed to machines."""
    return tuple(column for name in event.locked_fields for column in LOCKS.get(name, (name,)))


def told_by(listing: Listing) -> telling.Telling:
    """A stored listing as a telling (its origin must be selected)."""
    return telling.Telling(
        origin=str(listing.origin_id),
        trust=listing.origin.trust,
        changed_at=listing.changed_at,
        facts=listing.facts,
        missing=listing.missing_since is not None,
        identity=listing.external_id + listing.recurrence_id,
    )
