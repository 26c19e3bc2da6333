"""An event that is over at a venue, and people who were there or say so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from events.models import Event
from places.models import Place
from ratings import services
from ratings.models import Rating
from ratings.records import Wish
from registrations.models import Registration
from tests.factories import make_city, make_event, make_person, make_place

Rates = Callable[..., Rating]


@pytest.fixture
def place(db: None) -> Place:
    return make_place(city=make_city())


@pytest.fixture
def event(place: Place) -> Event:
    """It ended yesterday."""
    start = timezone.now() - timedelta(days=1)
    return make_event(start=start, end_at=start + timedelta(hours=2), place=place)


def confirmed(name: str) -> User:
    """A person whose address is confirmed."""
    person = make_person(email=f"{name}@example.org", is_staff=False)
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    return person


def comes(event: Event, person: User, *, is_checked_in: bool = False) -> Registration:
    """A registration of an event that is over."""
    from accounts.crypto import address_hash

    return Registration.objects.create(
        event=event, user=person, name="N", address=person.email, address_hash=address_hash(person.email), state="registered",
        checked_in_at=timezone.now() if is_checked_in else None,
    )  # fmt: skip


@pytest.fixture
def rates(event: Event) -> Rates:
    """Somebody rates the event, or what is given."""

    def rates(name: str, stars: int, text: str = "", **said: Any) -> Rating:
        person = User.objects.filter(email=f"{name}@example.org").first() or confirmed(name)
        address = said.pop("address", f"198.51.{len(name)}.{stars}")
        return services.rate(
            said.pop("of", event), Wish(stars=stars, text=text), by=person, address=address, **said
        )

    return rates
