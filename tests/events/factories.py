"""Rows for tests, written whole with their Change, so that they may also be committed."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value
from django.utils.text import slugify

from events.models import Category, Event, EventSearch, Listing, Origin
from outbox.records import NewChange
from outbox.services import record
from pipeline.text.folding import fold
from places.models import Area, City

#: Saturday, 21 November 2026, 19:30 in Bengaluru.
NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
CATEGORIES = {
    "music": "Music",
    "film": "Film",
    "tech": "Technology",
    "food": "Food & drink",
    "other": "Other",
}


def make_categories() -> None:
    for position, (slug, name) in enumerate(CATEGORIES.items()):
        Category.objects.get_or_create(slug=slug, defaults={"name": name, "position": position})


def make_city(slug: str = "bengaluru", **fields: Any) -> City:
    defaults = {
        "name": slug.title(),
        "country": "IN",
        "lat": 12.9716,
        "lng": 77.5946,
        "timezone": "Asia/Kolkata",
        **fields,
    }
    return City.objects.get_or_create(slug=slug, defaults=defaults)[0]


def make_area(city: City, slug: str = "indiranagar", **fields: Any) -> Area:
    defaults = {"name": slug.title(), "city": city, "lat": 12.9784, "lng": 77.6408, **fields}
    return Area.objects.get_or_create(slug=slug, defaults=defaults)[0]


def make_event(title: str = "Moonlit Jazz", *, start: datetime | None = None, **fields: Any) -> Event:
    """An approved event of Bengaluru, tonight at 20:00 unless `start` (aware) says otherwise; dates follow
    from the start."""
    make_categories()
    zone = ZoneInfo(fields.get("timezone", "Asia/Kolkata"))
    start = start or datetime(2026, 11, 21, 20, 0, tzinfo=zone)
    end = fields.get("end_at")
    if fields.get("all_day") or fields.get("time_known") is False:
        start = datetime.combine(start.astimezone(zone).date(), time(), zone)
    defaults: dict[str, Any] = {
        "slug": slugify(title)[:80] or "event", "title": title, "start_at": start, "timezone": str(zone),
        "start_date": start.astimezone(zone).date(), "end_date": (end or start).astimezone(zone).date(), "venue_name": "Blue Room",
        "category_id": "music", "publication": "approved", "published_at": NOW - timedelta(days=1), "quality_score": 0.8,
    }  # fmt: skip
    if "city" not in fields:
        defaults["city"] = make_city()
    with transaction.atomic():
        event = Event.objects.create(**{**defaults, **fields})
        announce(event)
        _index(event)
    return event


def announce(event: Event, kind: str = "event.published") -> None:
    city = [f"events:city:{event.city.slug}"] if event.city else []
    topics = ["events:all", f"events:event:{event.id}", *city]
    record(
        [
            NewChange(
                type=kind,
                object_type="event",
                object_id=event.id,
                topics=tuple(topics),
                data={"id": str(event.id)},
            )
        ]
    )


def add_source(event: Event, name: str = "Town calendar", **fields: Any) -> Listing:
    from uuid_utils.compat import uuid7

    origin, _ = Origin.objects.get_or_create(
        slug=name.lower().replace(" ", "-"),
        defaults={"key": uuid7(), "name": name, "url": "https://town.example/", "covered_at": NOW},
    )
    return Listing.objects.create(
        event=event, first_event=event, origin=origin, external_id=f"x-{event.id}", **fields
    )


def _index(event: Event) -> None:
    text = " ".join([event.title, event.venue_name, event.description, *event.tags, *event.performers])
    EventSearch.objects.create(
        event=event, document=SearchVector(Value(text), config="nocturne"), folded_title=fold(event.title)
    )
