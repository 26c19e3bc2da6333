"""A person, by the API and by pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens.families import start_family
from events.models import Event
from events.queries import for_cards
from personal import queries
from tests.factories import make_event, make_person

Soon = Callable[..., Event]


@pytest.fixture
def vera(db: None) -> User:
    return make_person(email="vera@example.org", is_staff=False)


@pytest.fixture
def api(vera: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {start_family(vera, methods=('pwd',)).access}"})


@pytest.fixture
def page(vera: User) -> Client:
    client = Client()
    client.force_login(vera)
    return client


@pytest.fixture
def soon(db: None) -> Soon:
    """Makes an event in two days."""

    def soon(**fields: Any) -> Event:
        return make_event(**{"start": timezone.now() + timedelta(days=2), **fields})

    return soon


@pytest.fixture
def titles() -> Callable[..., list[str]]:
    """The titles of the events for a person."""

    def titles(person: User, **asked: str) -> list[str]:
        found = queries.events_for(person, now=timezone.now(), limit=30, read=for_cards, **asked)
        return [event.title for event in found.events]

    return titles
