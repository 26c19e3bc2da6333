"""People who are told something, and what happens to their events."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.crypto import address_hash
from accounts.models import User
from accounts.tokens.families import start_family
from events.models import Event
from events.services import announcing
from notices import services
from notices.models import Notice, NoticeDelivery
from outbox.services import number_changes, record
from personal.models import Favourite
from registrations.models import Registration
from tests.factories import make_event, make_person

Soon = Callable[..., Event]


@pytest.fixture
def vera(db: None) -> User:
    return make_person(email="vera@example.org", is_staff=False)


@pytest.fixture
def page(vera: User) -> Client:
    client = Client()
    client.force_login(vera)
    return client


@pytest.fixture
def api(vera: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {start_family(vera, methods=('pwd',)).access}"})


@pytest.fixture
def begun(db: None) -> None:
    """The outbox was read up to here."""
    make_event(title="Before")
    number_changes()
    services.follow(now=timezone.now())


@pytest.fixture
def event(db: None) -> Event:
    """An event in three days."""
    return make_event(start=timezone.now() + timedelta(days=3))


def save(person: User, event: Event, *, at: datetime | None = None) -> Favourite:
    return Favourite.objects.create(user=person, event=event, at=at or timezone.now())


def register(
    event: Event, *, person: User | None = None, address: str = "guest@example.org", **fields: Any
) -> Registration:
    """Somebody comes, with or without an account."""
    address = person.email if person else address
    return Registration.objects.create(
        event=event, user=person, name="Guest", address=address, address_hash=address_hash(address), state="registered", **fields
    )  # fmt: skip


def change(event: Event, kind: str = "event.changed", **fields: Any) -> None:
    """As the services do: the row, and a Change with what was before."""
    with transaction.atomic():
        slugs = announcing.slugs_for([event])
        before = announcing.seen(event, slugs)
        for name, value in fields.items():
            setattr(event, name, value)
        event.save()
        record([announcing.change(event, slugs, type=kind, before=before)])


def follow(now: datetime | None = None) -> int:
    number_changes()
    return services.follow(now=now or timezone.now())


def tell(after: timedelta = timedelta(hours=1)) -> int:
    """Tell what is due by then."""
    follow()
    return services.tell_due(now=timezone.now() + after)


def send_all(now: datetime | None = None) -> int:
    """Send what can be sent; how many went."""
    moment = now or timezone.now()
    return sum(services.send(pk, now=moment) for pk in services.waiting(now=moment))


def told(person: User | None = None) -> list[tuple[str, str]]:
    """Kind and subject of what was told."""
    rows = Notice.objects.filter(state="told").order_by("pk")
    return list((rows if person is None else rows.filter(user=person)).values_list("kind", "subject"))


def on_their_way() -> list[tuple[str, str]]:
    """Kind and channel of what goes out."""
    return list(NoticeDelivery.objects.order_by("pk").values_list("notice__kind", "channel"))
