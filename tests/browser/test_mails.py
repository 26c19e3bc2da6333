"""Mails in a browser: from asking to the mail, the click, the digest, a change and leaving; and how a digest looks on any screen."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from digests import compose, services
from digests.models import Delivery, Subscription
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere, evening
from tests.factories import make_categories, make_city, make_event

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
ADDRESS = "reader@example.org"
#: What is asked of pages of a site: mail programs put a mail into their own.
OF_PAGES = ("landmark-one-main", "region")


@pytest.fixture(autouse=True)
def _house(transactional_db: None) -> None:
    cache.clear()
    elsewhere(lambda: (make_city(), make_categories()))


def link_of(kind: str, words: str) -> str:
    """The path of a link in the last mail of a kind."""
    delivery = Delivery.objects.filter(kind=kind).latest("created_at")
    message = compose.message_of(delivery, now=timezone.now())
    assert message is not None
    found = re.search(rf"https?://[^/\s]+(/subscriptions/{words})\s", str(message.body))
    assert found
    return found[1]


def record_digest() -> None:
    make_event(
        title="Raga at Dusk",
        start=evening(2),
        description="<p>Seats on the floor.</p>",
        venue_name="Blue Room",
    )
    make_event(
        title="Pub quiz", start=evening(3), venue_name="Red Room", happening="rescheduled", is_sample=False
    )
    services.record_for(Subscription.objects.filter(active=True), now=timezone.now())


def test_from_asking_to_leaving(phone: Callable[..., "Page"], live_server: Any) -> None:
    page = phone(bypass_csp=True)
    page.goto(f"{live_server.url}/subscribe/?city=bengaluru")
    assert barriers(page) == []
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.locator("#id_hour").select_option("18")
    page.get_by_role("button", name="Subscribe").tap()
    page.get_by_role("heading", name="Check your mailbox").wait_for()

    page.goto(live_server.url + elsewhere(lambda: link_of("confirmation", r"confirm/[0-9a-f]+/")))
    page.get_by_role("button", name="Yes, send it").tap()
    page.get_by_role("heading", name="Done: Bengaluru").wait_for()
    assert "at 18:00" in page.locator("main").inner_text()

    elsewhere(record_digest)
    page.goto(live_server.url + elsewhere(lambda: link_of("digest", r"[0-9a-f]+/")))
    page.get_by_role("heading", name="Your mails").wait_for()
    assert barriers(page) == []
    page.get_by_text("Change", exact=True).tap()
    page.locator("select[name=cadence]").select_option("daily")
    page.get_by_role("button", name="Save").tap()
    page.get_by_text("Saved.").wait_for()
    assert elsewhere(lambda: Subscription.objects.get().cadence) == "daily"
    page.get_by_role("button", name="Less often").tap()
    page.get_by_text("Once a week").first.wait_for()

    page.goto(live_server.url + elsewhere(lambda: link_of("digest", r"[0-9a-f]+/unsubscribe/")))
    page.get_by_role("button", name="Unsubscribe").tap()
    page.get_by_role("heading", name="No more mail: Bengaluru").wait_for()
    assert elsewhere(lambda: Subscription.objects.get().active) is False


def written_digest() -> str:
    """The HTML of a digest with a long title, a state and a change."""
    services.subscribe(ADDRESS, make_city())
    Subscription.objects.update(active=True, confirmed_at=timezone.now())
    record_digest()
    delivery = Delivery.objects.select_related("subscription__city").get(kind="digest")
    message = compose.message_of(delivery, now=timezone.now() + timedelta(minutes=1))
    assert message is not None
    return str(message.alternatives[0][0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 640])
def test_a_digest_fits_any_screen_and_is_read_by_day_and_night(
    chromium: "Browser", width: int, scheme: str
) -> None:
    written = elsewhere(written_digest)
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(written)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == []
    assert page.get_by_role("link", name="Raga at Dusk").is_visible()
    assert page.get_by_text("Seats on the floor.").is_visible()
    shades = page.evaluate("""() => [...document.querySelectorAll('.title, .text, .facts, .hour')]
        .map(one => getComputedStyle(one).color.match(/\\d+/g).slice(0, 3).map(Number))""")
    assert all((sum(shade) > 380) == (scheme == "dark") for shade in shades)
    found = barriers(page)  # by day and by night
    assert [one for one in found if one[1] not in OF_PAGES] == []
    context.close()
