"""What tests need in the database, made through the same doors as in production."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from accounts.models import User
from accounts.roles import permissions_of
from events import services
from events.enums import Publication
from events.models import Category, Event, Origin
from events.records import Entry, Judgement, Located
from pipeline.contract.enums import CredentialKind
from pipeline.contract.normalized import NormalizedEvent, Quality, Venue
from pipeline.taxonomy import CATEGORIES
from places.models import Area, City
from sources.models import Credential, Source

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def make_city(slug: str = "bengaluru", **fields: Any) -> City:
    defaults = {
        "name": slug.title(),
        "country": "IN",
        "lat": 12.9716,
        "lng": 77.5946,
        "timezone": "Asia/Kolkata",
        "radius_km": 30,
    }
    return City.objects.get_or_create(slug=slug, defaults={**defaults, **fields})[0]


def make_area(slug: str = "indiranagar", **fields: Any) -> Area:
    defaults = {
        "city": fields.pop("city", None) or make_city(),
        "name": slug.title(),
        "lat": 12.9784,
        "lng": 77.6408,
        "radius_km": 2,
    }
    return Area.objects.get_or_create(slug=slug, defaults={**defaults, **fields})[0]


def make_origin(slug: str = "feed", *, trust: float = 0.9, **fields: Any) -> Origin:
    return Origin.objects.get_or_create(
        slug=slug, defaults={"key": uuid7(), "name": slug.title(), "trust": trust, **fields}
    )[0]


def make_categories() -> None:
    """All of the taxonomy, for what is told of an event may be any of them."""
    Category.objects.bulk_create(
        [Category(slug=one.slug, name=one.name, position=one.position) for one in CATEGORIES],
        ignore_conflicts=True,
    )


def normalized(title: str = "Raga at Dusk", **fields: Any) -> NormalizedEvent:
    """A clean event of tomorrow evening in Indiranagar."""
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
    event: NormalizedEvent | None = None,
    *,
    event_id: UUID | None = None,
    city: str = "bengaluru",
    area: str = "",
    **fields: Any,
) -> Entry:
    told = event or normalized()
    return Entry(
        event_id=event_id or uuid7(),
        external_id=told.external_id,
        recurrence_id=told.recurrence_id,
        event=told,
        located=Located(city=city, area=area),
        **fields,
    )


def publish_all(cases: Any) -> list[Judgement]:
    """A judge that lets everything through."""
    return [Judgement(publish=True) for _ in cases]


def hold_all(cases: Any) -> list[Judgement]:
    """A judge that lets nothing new through."""
    return [Judgement(publish=False, reasons=("not trusted",)) for _ in cases]


def make_event(
    title: str = "Raga at Dusk",
    *,
    origin: Origin | None = None,
    approved: bool = True,
    city: str = "bengaluru",
    area: str = "",
    **fields: Any,
) -> Event:
    """An event as the pipeline would record it, approved or waiting."""
    make_city(city)
    if area:
        make_area(area)
    make_categories()
    told = normalized(title, **fields)
    entry = make_entry(told, city=city, area=area)
    services.record_events(
        [entry], origin=origin or make_origin(), judge=publish_all if approved else hold_all, now=NOW
    )
    event = Event.objects.get(pk=entry.event_id)
    assert event.publication == (Publication.APPROVED if approved else Publication.PENDING)
    return event


def make_staff(email: str = "mod@example.org", password: str = "a long enough password") -> User:
    return User.objects.create_user(email, password, is_staff=True, is_superuser=True)


def make_person(email: str, *rights: str, is_staff: bool = True) -> User:
    """A member of staff who has these rights (`events.publish_event`) and no other."""
    person = User.objects.create_user(email, "a long enough password", is_staff=is_staff)
    person.user_permissions.set(permissions_of(rights))
    return person


def make_source(slug: str = "feed", *, connector: str = "ical", **fields: Any) -> Source:
    defaults = {
        "name": slug.title(),
        "type": "ical",
        "connector": connector,
        "city": fields.pop("city", None) or make_city(),
        "trust": "trusted",
    }
    return Source.objects.create(slug=slug, **{**defaults, **fields})


def make_credential(
    name: str = "one", *, connector: str = "webhook", kind: CredentialKind = CredentialKind.KEY, **values: str
) -> Credential:
    """A credential with these values as its secret."""
    return Credential.objects.create(
        name=name, connector=connector, kind=kind.value, secret=json.dumps(values), issued_at=NOW
    )
