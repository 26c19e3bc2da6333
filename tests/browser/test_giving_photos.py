"""On a phone: somebody gives a photo of an event, a moderator passes it, readers see and report it, and it is taken back. No page keeps people out."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.utils import timezone

from events.models import Event
from galleries import services
from moderation.enums import Verdict
from moderation.models import Review
from moderation.services import decide
from outbox.services import number_changes
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.browser.test_every_page import lost
from tests.browser.test_rating import _phone_of
from tests.factories import make_city, make_event, make_person, make_place, make_staff
from tests.galleries.conftest import drawn, jpeg

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
#: Where pictures go, for people who look at them.
PICTURES = os.environ.get("PICTURES", "")
ALT = "Three owls on a dark stage"


@pytest.fixture
def event(transactional_db: None, settings: Any, tmp_path: Path) -> Event:
    """It ended yesterday; ann has an account."""
    cache.clear()
    settings.MEDIA_ROOT = str(tmp_path)

    def made() -> Event:
        ann = make_person(email="ann@example.org", is_staff=False)
        EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
        start = timezone.now() - timedelta(days=1)
        return make_event(
            title="Owl Night",
            start=start,
            end_at=start + timedelta(hours=2),
            place=make_place(city=make_city()),
        )

    found: Event = elsewhere(made)
    return found


def _pass() -> None:
    """What waits is asked about, and a moderator lets it pass."""
    services.ask(now=timezone.now())
    for review in Review.objects.filter(kind="photo", state="open"):
        decide(review.pk, Verdict.GRANT, by=make_staff(email=f"m{review.pk.hex}@example.org"))
    services.settle(now=timezone.now())
    services.render(now=timezone.now())
    number_changes()
    cache.clear()


def _look(page: "Page", name: str) -> None:
    """Nothing keeps people out, and nothing is cut off."""
    if PICTURES:
        for scheme, width in (("dark", 390), ("light", 390), ("dark", 1280)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 844})
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{scheme}-{width}.png"), full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
    assert (name, lost(page, name, 390)) == (name, [])
    assert (name, barriers(page)) == (name, [])


def _give(page: "Page", seed: int, width: int, height: int) -> None:
    content = jpeg(drawn(seed, width=width, height=height))
    page.get_by_label("Photo", exact=True).set_input_files(
        {"name": "owl.jpg", "mimeType": "image/jpeg", "buffer": content}
    )
    page.get_by_label("What does the photo show?").fill(ALT)
    page.get_by_label("I agree to this").check()
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("A moderator looks at it first").wait_for()


def test_a_photo_is_given_shown_reported_and_taken_back(
    phone: Callable[..., "Page"], live_server: Any, event: Event
) -> None:
    site = live_server.url
    ann = _phone_of(phone, "ann", site)
    ann.goto(site + event.get_absolute_url())
    ann.get_by_role("link", name="Give a photo").click()
    _look(ann, "give")
    ann.get_by_role("button", name="Send it").click()
    ann.get_by_text("Choose a photo.").first.wait_for()
    _look(ann, "give-wrong")
    for seed, (width, height) in enumerate(((1200, 900), (900, 1200), (1600, 700)), start=1):
        _give(ann, seed, width, height)
        ann.goto(f"{site}/photos/events/{event.pk}/")
    _look(ann, "given")

    reader = phone(bypass_csp=True, viewport={"width": 390, "height": 844})
    reader.goto(site + event.get_absolute_url())
    reader.get_by_text("Nobody has given one yet.").wait_for()
    elsewhere(_pass)
    reader.goto(site + event.get_absolute_url())
    photos = reader.locator("#photos img")
    assert photos.count() == 3
    photos.first.scroll_into_view_if_needed()
    reader.wait_for_function(
        "[...document.querySelectorAll('#photos img')].every(one => one.naturalWidth > 0)"
    )
    _look(reader, "event")
    reader.locator("#photos a").first.focus()
    reader.keyboard.press("Enter")
    reader.get_by_role("link", name="Report this photo").wait_for()
    assert reader.evaluate("document.querySelector('.photo img').naturalWidth") > 300
    _look(reader, "photo")
    reader.get_by_role("link", name="Older", exact=True).click()
    reader.get_by_role("link", name="Newer", exact=True).wait_for()
    reader.get_by_role("link", name="Report this photo").click()
    reader.get_by_label("I am in it, and do not want that").check()
    _look(reader, "report")
    reader.get_by_role("button", name="Send").click()
    reader.get_by_text("A moderator looks at this photo again.").wait_for()

    ann.goto(f"{site}/photos/")
    _look(ann, "own")
    for left in (2, 1, 0):
        ann.get_by_role("button", name=f"Take back: {ALT}").first.click()
        ann.wait_for_function(f"document.querySelectorAll('.pictures li').length === {left}")
    elsewhere(lambda: (number_changes(), cache.clear()))
    reader.goto(site + event.get_absolute_url())
    reader.get_by_text("Nobody has given one yet.").wait_for()
