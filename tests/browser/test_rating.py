"""On a phone: somebody rates an event where they were, a moderator reads it, readers see it, its team answers. No page keeps people out."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from events.models import Event, Organizer, OrganizerMember
from moderation.enums import Verdict
from moderation.models import Review
from moderation.services import decide
from outbox.services import number_changes
from ratings import services
from registrations.models import Registration
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.browser.test_every_page import lost
from tests.factories import make_city, make_event, make_person, make_place, make_staff

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
#: Where pictures go, for people who look at them.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def event(transactional_db: None) -> Event:
    """It ended yesterday; ann was scanned at its door, and bob speaks for it."""
    cache.clear()

    def made() -> Event:
        owls = Organizer.objects.create(name="Owls", folded_name="owls")
        ann, bob = (make_person(email=f"{name}@example.org", is_staff=False) for name in ("ann", "bob"))
        for one in (ann, bob):
            EmailAddress.objects.create(user=one, email=one.email, verified=True, primary=True)
        OrganizerMember.objects.create(organizer=owls, user=bob, role="owner")
        start = timezone.now() - timedelta(days=1)
        place = make_place(city=make_city())
        event = make_event(
            title="Owl Night", start=start, end_at=start + timedelta(hours=2), organizer=owls, place=place
        )
        Registration.objects.create(
            event=event,
            user=ann,
            name="Ann",
            address=ann.email,
            address_hash="x",
            state="registered",
            checked_in_at=start,
        )
        return event

    found: Event = elsewhere(made)
    return found


def _phone_of(phone: Callable[..., "Page"], name: str, site: str) -> "Page":
    client = Client()
    elsewhere(lambda: client.force_login(User.objects.get(email=f"{name}@example.org")))
    page, cookie = (
        phone(bypass_csp=True, viewport={"width": 390, "height": 844}),
        settings.SESSION_COOKIE_NAME,
    )
    page.context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": site}])
    return page


def _pass() -> None:
    """What waits is asked about, and a moderator lets it pass."""
    services.ask(now=timezone.now())
    for review in Review.objects.filter(kind="rating", state="open"):
        decide(review.pk, Verdict.GRANT, by=make_staff(email=f"m{review.pk.hex}@example.org"))
    services.settle(now=timezone.now())
    number_changes()
    cache.clear()


def _look(page: "Page", name: str) -> None:
    """Nothing keeps people out, and nothing is cut off."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
    assert (name, lost(page, name, 390)) == (name, [])
    assert (name, barriers(page)) == (name, [])


def test_somebody_rates_and_its_team_answers(
    phone: Callable[..., "Page"], live_server: Any, event: Event
) -> None:
    site = live_server.url
    ann = _phone_of(phone, "ann", site)
    ann.goto(site + event.get_absolute_url())
    ann.get_by_role("link", name="Rate it").click()
    _look(ann, "rate")
    ann.get_by_role("button", name="Send it").click()
    ann.get_by_text("Choose 1 to 5.").wait_for()
    ann.get_by_label("5: very good").check()
    ann.get_by_label("In a few words").fill("Three sets, and a good room for it.")
    ann.get_by_role("button", name="Send it").click()
    ann.get_by_text("A moderator looks at it first").wait_for()
    _look(ann, "rated")
    elsewhere(_pass)
    ann.goto(site + "/ratings/")
    ann.get_by_role("link", name="readers see it").wait_for()
    _look(ann, "own")

    bob = _phone_of(phone, "bob", site)
    bob.goto(f"{site}/organize/events/{event.pk}/")
    bob.get_by_role("link", name="What people say of it").click()
    bob.get_by_label("Your answer").fill("Thank you. See you in spring.")
    _look(bob, "answer")
    bob.get_by_role("button", name="Answer", exact=True).click()
    bob.get_by_text("Your answer waits for a moderator.").wait_for()
    elsewhere(_pass)

    reader = phone(bypass_csp=True, viewport={"width": 390, "height": 844})
    reader.goto(site + event.get_absolute_url())
    reader.get_by_text("of 5, from 1 rating").wait_for()
    reader.get_by_text("Thank you. See you in spring.").wait_for()
    reader.get_by_text("checked in ·").wait_for()
    _look(reader, "event")
    reader.get_by_role("link", name="Report these words").click()
    reader.get_by_label("It is spam").check()
    _look(reader, "report")
    reader.get_by_role("button", name="Send").click()
    reader.get_by_text("A moderator looks at these words again.").wait_for()
    ann.goto(f"{site}/ratings/events/{event.pk}/")
    ann.get_by_role("button", name="Delete my rating").click()
    reader.goto(site + event.get_absolute_url())
    reader.get_by_text("Nobody has rated it yet.").wait_for()
