"""On a phone: an organizer is made, tells of an event, opens registration; people come, wait, and are checked in at the door."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from PIL import Image

from events.enums import Verification
from events.models import Event, Organizer
from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from moderation.services import decide
from organizers import writing
from registrations import services
from registrations.models import Registration, RegistrationMail
from sources import tasks
from sources.forms import submit
from sources.models import Source
from sources.triggers.inbox import drain
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.factories import make_categories, make_city, make_person, make_staff

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _house(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(tasks.process_inbox, "delay", lambda *_: None)
    monkeypatch.setattr(submit, "LEAST_SECONDS", 0)
    elsewhere(make_city)
    elsewhere(make_categories)


@pytest.fixture
def ann(phone: Callable[..., "Page"], live_server: Any) -> "Page":
    """The phone of an organizer who is signed in."""
    client = Client()
    elsewhere(lambda: client.force_login(make_person(email="ann@example.org", is_staff=False)))
    page, name = phone(bypass_csp=True), settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return page


def approve() -> Event:
    """Read what was sent in, and let a moderator approve it; the organizer has proved who they are."""
    list(drain(Source.objects.get(slug="submissions")))
    event = Event.objects.get()
    review = Review.objects.filter(kind=ReviewKind.EVENT, object_id=event.pk).first()
    if review is not None:
        decide(review.pk, Verdict.APPROVE, by=make_staff())
    Organizer.objects.update(verification=Verification.VERIFIED)
    writing.finish_sent(now=timezone.now())
    return Event.objects.get()


def png() -> bytes:
    """A picture that is higher than wide."""
    out = io.BytesIO()
    Image.new("RGB", (400, 700), "navy").save(out, "PNG")
    return out.getvalue()


def link_for(address: str) -> str:
    """The link of the newest mail to an address, once all mails that wait were sent."""
    for one in RegistrationMail.objects.values_list("pk", flat=True):
        services.send(one)
    body = next(sent.body for sent in reversed(mail.outbox) if sent.to == [address])
    found = re.search(r"/registrations/magic-link/\S+", str(body))
    assert found
    return found[0]


def register(page: "Page", name: str) -> None:
    page.get_by_role("link", name="Register here").tap()
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill(f"{name.lower()}@example.org")
    page.locator("form button[type=submit]").last.tap()
    page.get_by_role("heading", name="Look in your mailbox").wait_for()


def test_from_a_new_organizer_to_the_check_in_at_the_door(
    ann: "Page", phone: Callable[..., "Page"], live_server: Any
) -> None:
    ann.goto(f"{live_server.url}/organize/")
    ann.get_by_label("What is the organizer called?").fill("Night Owls")
    ann.get_by_role("button", name="Make it").tap()
    ann.get_by_role("link", name="Write an event").tap()
    ann.get_by_role("button", name="Save, and look at it").tap()
    ann.get_by_text("things are to be corrected").wait_for()
    assert ann.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert barriers(ann) == []
    day = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%d")
    ann.get_by_label("What is it called?").fill("Owl Night")
    ann.get_by_label("When does it begin?").fill(f"{day}T20:00")
    ann.get_by_label("City").select_option("bengaluru")
    ann.get_by_label("Where?").fill("Blue Room")
    assert ann.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ann.get_by_role("button", name="Save, and look at it").tap()
    ann.wait_for_url(re.compile("/organize/drafts/[^/]+/$"))
    assert ann.frame_locator("iframe").get_by_role("heading", name="Owl Night", level=1).is_visible()
    assert ann.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(ann) == []
    ann.get_by_role("button", name="Send it").tap()
    ann.get_by_text("It was sent and is being read.").wait_for()
    event = elsewhere(approve)

    ann.goto(f"{live_server.url}/organize/events/{event.pk}/pictures/")
    ann.get_by_label("Picture", exact=True).set_input_files(
        {"name": "owl.png", "mimeType": "image/png", "buffer": png()}
    )
    ann.locator("[data-crop-shown]").wait_for()
    ann.get_by_label("What does the picture show?").fill("Three owls on a dark stage")
    ann.get_by_role("button", name="Add the picture").tap()
    ann.get_by_text("shown first").wait_for()
    assert barriers(ann) == []
    ann.goto(f"{live_server.url}/organize/events/{event.pk}/edit/")
    assert ann.get_by_label("What is it called?").input_value() == "Owl Night"
    assert barriers(ann) == []

    ann.goto(f"{live_server.url}/organize/")
    ann.get_by_role("link", name="Owl Night").tap()
    ann.get_by_label("Places").fill("1")
    ann.get_by_role("button", name="Let people register").tap()
    ann.get_by_text("0 of 1 places are taken.").wait_for()
    assert barriers(ann) == []

    guests = phone(bypass_csp=True)
    for name in ("Bob", "Cem"):
        guests.goto(live_server.url + event.get_absolute_url())
        register(guests, name)
    guests.goto(live_server.url + elsewhere(lambda: link_for("cem@example.org")))
    guests.get_by_text("You are number 1 in the line.").wait_for()
    guests.goto(live_server.url + elsewhere(lambda: link_for("bob@example.org")))
    guests.get_by_role("heading", name="You are registered").wait_for()
    code = guests.locator(".qr code").inner_text()
    assert barriers(guests) == []

    ann.reload()
    ann.get_by_text("1 of 1 places are taken.").wait_for()
    ann.get_by_role("link", name="Check in").tap()
    ann.wait_for_url(re.compile("/check-in/"), wait_until="load")
    ann.context.set_offline(True)
    ann.get_by_label("Name or code").fill(code)
    ann.locator("[data-type] button").tap()
    ann.get_by_role("button", name="Is here").wait_for()
    ann.context.set_offline(False)
    with ann.expect_response(re.compile("/check-in/codes/")):
        ann.evaluate("dispatchEvent(new Event('online'))")
    ann.reload()
    ann.get_by_role("button", name="Is here").wait_for()
    assert barriers(ann) == []
    came = elsewhere(
        lambda: list(Registration.objects.exclude(checked_in_at=None).values_list("name", flat=True))
    )
    assert came == ["Bob"]
