"""Endpoints, changes of events, and a receiver on loopback."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from pytest_httpserver import HTTPServer

from accounts.models import User
from events.models import Event
from events.services import announcing
from outbox.models import Change
from outbox.services import number_changes, record
from tests.factories import make_city, make_event, make_person
from tests.webhooks.receiving import Receiver
from webhooks import services
from webhooks.models import Endpoint

Adds = Callable[..., Endpoint]


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    """Receivers of tests are on this machine."""
    settings.EGRESS_ALLOW_LOOPBACK = True


@pytest.fixture
def person(db: None) -> User:
    make_city()
    return make_person(email="dev@example.org", is_staff=False)


@pytest.fixture
def adds(person: User, httpserver: HTTPServer) -> Adds:
    """Adds an endpoint of the person, by default `/hook` of the receiver."""

    def adds(path: str = "/hook", **values: Any) -> Endpoint:
        values.setdefault("address", httpserver.url_for(path))
        return services.make_endpoint(person, values)[0]

    return adds


@pytest.fixture
def endpoint(adds: Adds) -> Endpoint:
    return adds()


def publish(title: str = "Moonlit Jazz", **fields: Any) -> Event:
    """An event that was just published, as the outbox tells it."""
    event = make_event(title=title, **fields)
    Change.objects.filter(object_id=event.pk).delete()
    tell(event, announcing.PUBLISHED)
    return event


def tell(event: Event, kind: str, *, before: announcing.Seen = announcing.NEVER_SEEN, **more: Any) -> None:
    """Record and number a change of the event in its present state."""
    with transaction.atomic():
        record([announcing.change(event, announcing.slugs_for([event]), type=kind, before=before, **more)])
    number_changes()


def seen(event: Event) -> announcing.Seen:
    """The event as readers see it now, for `before`."""
    return announcing.seen(event, announcing.slugs_for([event]))


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    return Receiver(httpserver)
