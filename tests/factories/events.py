"""Events as readers see them: complete rows with their Change, so that they may also be committed."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.text import slugify
from uuid_utils.compat import uuid7

from events.models import Category, Event, Listing, Origin
from events.services import search_text
from outbox.records import NewChange
from outbox.services import record
from pipeline.taxonomy import CATEGORIES
from tests.factories.moments import EVENING
from tests.factories.places import make_city

#: The categories that there are with an event of `make_event`, in the order of the site.
FEW = ("music", "film", "tech", "food", "other")


def make_categories() -> None:
    """The whole taxonomy, since an event may have any of its categories."""
    Category.objects.bulk_create(
        [Category(slug=one.slug, name=one.name, position=one.position) for one in CATEGORIES],
        ignore_conflicts=True,
    )


def make_category(*, slug: str = "music") -> Category:
    """One category of the taxonomy."""
    found = next(one for one in CATEGORIES if one.slug == slug)
    return Category.objects.get_or_create(
        slug=slug, defaults={"name": found.name, "position": found.position}
    )[0]


def make_origin(*, slug: str = "feed", trust: float = 0.9, **fields: Any) -> Origin:
    """An origin; the existing one with that slug, if any."""
    return Origin.objects.get_or_create(
        slug=slug, defaults={"key": uuid7(), "name": slug.title(), "trust": trust, **fields}
    )[0]


def make_event(*, title: str = "Moonlit Jazz", start: datetime | None = None, **fields: Any) -> Event:
    """An approved event in Bengaluru, by default tonight at 20:00; dates follow from `start` (aware)."""
    for slug in FEW:
        make_category(slug=slug)
    zone = ZoneInfo(fields.get("timezone", "Asia/Kolkata"))
    start = start or datetime(2026, 11, 21, 20, 0, tzinfo=zone)
    end = fields.get("end_at")
    if fields.get("all_day") or fields.get("time_known") is False:
        start = datetime.combine(start.astimezone(zone).date(), time(), zone)
    defaults: dict[str, Any] = {
        "slug": slugify(title)[:80] or "event", "title": title, "start_at": start, "timezone": str(zone),
        "start_date": start.astimezone(zone).date(), "end_date": (end or start).astimezone(zone).date(), "venue_name": "Blue Room",
        "category_id": "music", "publication": "approved", "published_at": EVENING - timedelta(days=1), "quality_score": 0.8,
    }  # fmt: skip
    if "city" not in fields:
        defaults["city"] = make_city()
    with transaction.atomic():
        event = Event.objects.create(**{**defaults, **fields})
        announce(event)
        search_text.refresh([event.id])
    return event


def announce(event: Event, *, kind: str = "event.published") -> None:
    """Record the Change that goes with the event."""
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


def make_copies(
    event: Event, number: int, *, each: Callable[[int], dict[str, Any]] | None = None
) -> list[Event]:
    """So many more events like `event`, with their Changes, in two statements.

    `each` gives what differs in a copy, by its number from 0.
    """
    columns = {field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields}
    copies = [
        Event(**{**columns, "id": uuid7(), "slug": f"copy-{one}", **(each(one) if each else {})})
        for one in range(number)
    ]
    with transaction.atomic():
        Event.objects.bulk_create(copies)
        record(
            NewChange(
                type="event.published",
                object_type="event",
                object_id=copy.id,
                topics=("events:all",),
                data={"id": str(copy.id)},
            )
            for copy in copies
        )
    return copies


def make_listing(*, event: Event, source: str = "Town calendar", **fields: Any) -> Listing:
    """A listing of the event by the source with this name."""
    origin = make_origin(slug=slugify(source), name=source, url="https://town.example/", covered_at=EVENING)
    return Listing.objects.create(
        event=event, first_event=event, origin=origin, external_id=f"x-{event.id}", **fields
    )
