"""Two phones at two doors, both without network, one with a wrong clock: nobody counts twice, and the second phone is told."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from events.models import Organizer, OrganizerMember
from registrations import services
from registrations.models import Registration, RegistrationSetup
from registrations.records import Wish
from tests.browser.conftest import elsewhere
from tests.factories import make_event, make_person

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def registration(transactional_db: None) -> Registration:
    cache.clear()

    def made() -> Registration:
        owls = Organizer.objects.create(name="Owls", folded_name="owls")
        person = make_person(email="ann@example.org", is_staff=False)
        OrganizerMember.objects.create(organizer=owls, user=person, role="helper")
        event = make_event(title="Owl Night", start=timezone.now() + timedelta(hours=1), organizer=owls)
        RegistrationSetup.objects.create(event=event, most_guests=2)
        row = services.register(event.pk, Wish(name="Bob", address="bob@example.org", guests=2))
        Registration.objects.update(created_at=timezone.now() - timedelta(days=1))
        return row

    found: Registration = elsewhere(made)
    return found


def _opened(page: "Page", site: str, registration: Registration) -> "Page":
    client = Client()
    elsewhere(lambda: client.force_login(OrganizerMember.objects.get().user))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    page.goto(f"{site}/organize/events/{registration.event_id}/check-in/", wait_until="load")
    return page


def _scan(page: "Page", code: str) -> None:
    page.get_by_label("Name or code").fill(code)
    page.locator("[data-type] button").tap()
    page.get_by_role("button", name="Is here").wait_for()


def _reconnect(page: "Page") -> None:
    page.context.set_offline(False)
    with page.expect_response(re.compile("/check-in/codes/")):
        page.evaluate("dispatchEvent(new Event('online'))")


def test_two_phones_without_network_let_nobody_count_twice(
    phone: Callable[..., "Page"], live_server: Any, registration: Registration
) -> None:
    slow = phone(bypass_csp=True)
    slow.clock.install(time=datetime.now(UTC) - timedelta(days=400))
    doors = [_opened(page, live_server.url, registration) for page in (phone(bypass_csp=True), slow)]
    for door in doors:
        door.context.set_offline(True)
        _scan(door, registration.code)
        door.get_by_text("3", exact=True).first.wait_for()
        door.get_by_text("1 to be sent").wait_for()
    first, second = doors
    _reconnect(first)
    at = elsewhere(lambda: Registration.objects.get().checked_in_at)
    assert abs(timezone.now() - at) < timedelta(minutes=2)
    second.clock.fast_forward(60_000)
    _reconnect(second)
    second.get_by_text("Bob was let in by another phone too.").wait_for()
    kept = elsewhere(lambda: Registration.objects.get().checked_in_at)
    assert abs(at - kept) < timedelta(minutes=3)
    second.get_by_text("1 to be sent").wait_for(state="hidden")
