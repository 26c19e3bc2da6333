"""An event with seats, and people who want them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tokens.families import start_family
from events.models import Event
from registrations import services
from registrations.models import Registration, RegistrationSetup
from registrations.records import Wish
from tests.factories import make_event, make_person

Comes = Callable[..., Registration]


@pytest.fixture
def setup(db: None) -> RegistrationSetup:
    """Two seats, a guest for each person, a week from now."""
    event = make_event(start=timezone.now() + timedelta(days=7))
    return RegistrationSetup.objects.create(event=event, capacity=2, most_guests=2)


@pytest.fixture
def event(setup: RegistrationSetup) -> Event:
    return setup.event


@pytest.fixture
def comes(event: Event) -> Comes:
    """Registers a name at example.org for the event."""

    def comes(name: str, **said: Any) -> Registration:
        by, now = said.pop("by", None), said.pop("now", None)
        wish = Wish(name=name, address=f"{name.lower()}@example.org", **said)
        return services.register(event.pk, wish, by=by, now=now)

    return comes


@pytest.fixture
def signed_in(db: None) -> tuple[User, dict[str, str]]:
    """A person, and the headers of their client of the API."""
    person = make_person(email="p@example.org", is_staff=False)
    return person, {"Authorization": f"Bearer {start_family(person, methods=('pwd',)).access}"}
