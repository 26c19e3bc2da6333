"""Events as the pipeline records them: through the service, with a judge."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from events import services
from events.enums import Publication
from events.models import Event, Origin
from events.records import Entry, Judgement, Located
from pipeline.contract.normalized import NormalizedEvent, Quality, Venue
from tests.factories.events import make_categories, make_origin
from tests.factories.moments import NOW
from tests.factories.places import make_area, make_city


def normalized(*, title: str = "Raga at Dusk", **fields: Any) -> NormalizedEvent:
    """A clean event tomorrow evening in Indiranagar."""
    start = fields.pop("start", NOW + timedelta(hours=30))
    defaults: dict[str, Any] = {
        "external_id": fields.pop("external_id", title.lower().replace(" ", "-")),
        "title": title,
        "raw_title": title,
        "description": "<p>An evening of ragas with tabla and tanpura, seats on the floor.</p>",
        "start": start,
        "end": start + timedelta(hours=2),
        "timezone": "Asia/Kolkata",
        "venue": Venue(
            name="Blue Room",
            address="12th Main, Indiranagar",
            city="Bengaluru",
            country="IN",
            lat=12.9790,
            lng=77.6400,
        ),
        "category": "music",
        "url": f"https://example.org/{title.lower().replace(' ', '-')}",
        "quality": Quality(score=0.9, grade="A"),
        "confidence": {"category": 0.9},
    }
    return replace(NormalizedEvent(**defaults), **fields)


def make_entry(
    *,
    event: NormalizedEvent | None = None,
    event_id: UUID | None = None,
    city: str = "bengaluru",
    area: str = "",
    **fields: Any,
) -> Entry:
    """The entry of one event for the service."""
    reported = event or normalized()
    return Entry(
        event_id=event_id or uuid7(),
        external_id=reported.external_id,
        recurrence_id=reported.recurrence_id,
        event=reported,
        located=Located(city=city, area=area),
        **fields,
    )


def publish_all(cases: Any) -> list[Judgement]:
    """A judge that publishes everything."""
    return [Judgement(publish=True) for _ in cases]


def hold_all(cases: Any) -> list[Judgement]:
    """A judge that publishes no new event."""
    return [Judgement(publish=False, reasons=("not trusted",)) for _ in cases]


def record_event(
    *,
    title: str = "Raga at Dusk",
    origin: Origin | None = None,
    approved: bool = True,
    city: str = "bengaluru",
    area: str = "",
    **fields: Any,
) -> Event:
    """An event as the pipeline would record it, approved or waiting."""
    make_city(slug=city)
    if area:
        make_area(slug=area)
    make_categories()
    reported = normalized(title=title, **fields)
    entry = make_entry(event=reported, city=city, area=area)
    services.record_events(
        [entry], origin=origin or make_origin(), judge=publish_all if approved else hold_all, now=NOW
    )
    event = Event.objects.get(pk=entry.event_id)
    assert event.publication == (Publication.APPROVED if approved else Publication.PENDING)
    return event
