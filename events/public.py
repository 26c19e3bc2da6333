"""The public event (docs/interfaces.md), made from an Event, for API, feeds and live frames.

Add field names, never rename them. It reads `city`, `area`, `organizer`, `series`, `counters`, `images` and
`listings`: fetch them with `events.queries.for_api`, or each costs a query.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from events.enums import Happening
from events.models import Event, EventCounters
from pipeline.contract.enums import Status
from pipeline.contract.fields import SIMPLE
from pipeline.dates.event_times import zone_or_utc
from pipeline.masking import has_secret

_BY_HAPPENING = {
    Happening.CANCELLED: Status.CANCELLED,
    Happening.POSTPONED: Status.POSTPONED,
    Happening.MOVED_ONLINE: Status.MOVED_ONLINE,
    Happening.RESCHEDULED: Status.RESCHEDULED,
    Happening.SCHEDULED: Status.SCHEDULED,
}


def status_of(event: Event) -> Status:
    """`Happening` and sold out in one word; the gravest wins.

    The order is cancelled, postponed, sold out, moved online, rescheduled, scheduled.
    """
    if event.sold_out and event.happening not in (Happening.CANCELLED, Happening.POSTPONED):
        return Status.SOLD_OUT
    return _BY_HAPPENING[Happening(event.happening)]


def public_event(event: Event) -> dict[str, Any]:
    """The JSON object. Times are ISO 8601 with the event's own offset, or a date where only that is known."""
    return {
        "id": str(event.id),
        "slug": event.slug,
        **_what(event),
        **_times(event),
        **_where(event),
        **_how(event),
        **_state(event),
    }


def _what(event: Event) -> dict[str, Any]:
    return {
        "title": event.title,
        "description": event.description,
        "category": event.category_id,
        "subcategory": event.subcategory,
        "tags": list(event.tags),
        "language": event.language,
        "performers": list(event.performers),
        "images": [
            {
                "url": absolute(image.address),
                "alt": image.alt,
                "credit": image.credit,
                "is_primary": image.is_primary,
            }
            for image in event.images.all()
            if image.address
        ],
        "organizer": _organizer(event),
    }


def absolute(address: str) -> str:
    """`address` with this site's origin, if it is a path."""
    return f"{settings.SITE_URL}{address}" if address.startswith("/") else address


def _organizer(event: Event) -> dict[str, Any] | None:
    organizer = event.organizer
    if organizer is None:
        return None
    return {
        "id": str(organizer.id),
        "name": organizer.name,
        "type": organizer.type,
        "url": organizer.url,
        "contact": organizer.contact,
        "verification": organizer.verification,
    }


def _times(event: Event) -> dict[str, Any]:
    dated = event.all_day or not event.time_known
    zone = zone_or_utc(event.timezone)
    return {
        "start": event.start_date.isoformat() if dated else _iso(event.start_at, zone),
        "end": _end_day(event) if dated else _iso(event.end_at, zone),
        "end_predicted": _iso(event.end_predicted_at, zone),
        "doors": _iso(event.doors_at, zone),
        "previous_start": _iso(event.previous_start_at, zone),
        "timezone": event.timezone,
        "all_day": event.all_day,
        "time_known": event.time_known,
        "opening_hours": event.opening_hours,
        "recurrence": _recurrence(event),
        "recurrence_id": event.recurrence_id,
    }


def _end_day(event: Event) -> str | None:
    return event.end_date.isoformat() if event.all_day or event.end_date != event.start_date else None


def _recurrence(event: Event) -> dict[str, Any] | None:
    series = event.series
    if series is None:
        return None
    return {
        "rrule": series.rrule,
        "rdate": list(series.rdate),
        "exdate": list(series.exdate),
        "series_id": str(series.id),
    }


def _where(event: Event) -> dict[str, Any]:
    lat, lng = event.shown_point
    return {
        "venue": {
            "id": str(event.place_id) if event.place_id else None,
            "name": event.venue_name,
            "address": event.address,
            "city": event.venue_city,
            "country": event.country,
            "lat": lat,
            "lng": lng,
            "approximate": lat is not None and event.lat is None,
            "plus_code": event.plus_code,
            "external_ids": dict(event.venue_external_ids),
        },
        "online": event.online,
        "online_url": event.online_url,
        "setting": event.setting,
        "city": event.city.slug if event.city else None,
        "area": event.area.slug if event.area else None,
    }


def _how(event: Event) -> dict[str, Any]:
    return {
        "price": {
            "type": event.price_type,
            "min": None if event.price_min is None else float(event.price_min),
            "max": None if event.price_max is None else float(event.price_max),
            "currency": event.price_currency,
        },
        "offers": list(event.offers),
        "url": event.url,
        "ticket_url": event.ticket_url,
        "status": status_of(event).value,
        "capacity": event.capacity,
        "registration_required": event.registration_required,
        "accessibility": dict(event.accessibility),
        "popularity": dict(event.popularity),
        **{name: getattr(event, name) for name in SIMPLE},
    }


def _state(event: Event) -> dict[str, Any]:
    counters = getattr(event, "counters", None) or EventCounters(event=event)
    return {
        "sources": [_source(listing) for listing in event.listings.all()],
        "quality": {"score": round(event.quality_score, 4), "grade": event.quality.get("grade", "")},
        "quality_score": round(event.quality_score, 4),
        "extraction": {"method": event.extraction_method},
        "verification": event.verification,
        "publication": event.publication,
        "freshness": event.freshness,
        "counters": {
            "views": counters.views,
            "registrations": counters.registrations,
            "shares": counters.shares,
        },
        "published_at": event.published_at.isoformat() if event.published_at else None,
        "updated_at": event.updated_at.isoformat(),
        "version": event.version,
    }


def _source(listing: Any) -> dict[str, Any]:
    """The source of a listing.

    A listing that is not missing was last seen when its origin was last covered.
    """
    seen = listing.missing_since or listing.origin.covered_at or listing.changed_at
    return {
        "slug": listing.origin.slug,
        "name": listing.origin.name,
        "url": source_address(listing),
        "last_seen": seen.isoformat(),
    }


def source_address(listing: Any) -> str:
    """The address where readers find the source: its own page of the event, else the source's.

    Never an address that grants access.
    """
    return next((url for url in (listing.url, listing.origin.url) if url and not has_secret(url)), "")


def _iso(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat()
