"""What a page tells the beacon, in a browser."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from events.models import Event, EventDay
from events.services import beacon
from tests.browser.conftest import elsewhere

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
#: The browser of the tests says that a program drives it, which is not counted.
BY_HAND = "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })"
OBJECTS = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"


def opened(browser: "Browser", *init: str) -> tuple["Page", list[str]]:
    """A page of a reader's browser, and the beacons that it sends."""
    context = browser.new_context(
        user_agent=CHROME, viewport={"width": 390, "height": 844}, permissions=["clipboard-write"]
    )
    for script in init:
        context.add_init_script(script)
    page, told = context.new_page(), list[str]()

    def hear(request: Any) -> None:
        if request.url.endswith("/beacon"):
            told.append(request.url)

    page.on("request", hear)
    return page, told


def test_a_view_and_a_share_are_told_once_and_never_against_the_readers_wish(
    chromium: "Browser", live_server: Any, night: list[Event]
) -> None:
    elsewhere(cache.clear)
    event = night[4]
    address = live_server.url + event.get_absolute_url()
    page, told = opened(chromium, BY_HAND)
    with page.expect_response("**/beacon") as answered:
        page.goto(address)
    assert answered.value.status == 204
    with page.expect_response("**/beacon"):
        page.locator("#event-head [data-share]").click()
    page.locator(".addto > summary").click()
    assert page.locator(".addto li").count() == 3
    page.goto(f"{live_server.url}/bengaluru/")
    assert len(told) == 2
    assert not page.context.cookies()
    elsewhere(lambda: beacon.add_up(now=timezone.now()))
    assert elsewhere(lambda: EventDay.objects.filter(event=event, views=1, shares=1).exists())
    for init in ((), (BY_HAND, OBJECTS)):
        silent, heard = opened(chromium, *init)
        silent.goto(address, wait_until="load")
        silent.locator("#event-head [data-share]").click()
        silent.get_by_text("Address copied").wait_for()
        assert heard == []
        silent.context.close()
    page.context.close()


def test_a_list_says_where_an_event_was_shown_and_reading_for_long_is_told(
    chromium: "Browser", live_server: Any, night: list[Event]
) -> None:
    elsewhere(cache.clear)
    page, _ = opened(chromium, BY_HAND)
    page.clock.install()
    bodies: list[dict[str, str]] = []
    page.on(
        "request",
        lambda asked: bodies.append(json.loads(asked.post_data)) if asked.url.endswith("/beacon") else None,
    )
    page.goto(f"{live_server.url}/bengaluru/")
    links = page.locator("[data-surface=city] .card__title a")
    path = links.nth(1).get_attribute("href")
    with page.expect_request("**/beacon"):
        links.nth(1).click()
    page.wait_for_url(live_server.url + path)
    page.clock.run_for(19_000)
    assert [(one["kind"], one["at"]) for one in bodies] == [("view", "city.1")]
    with page.expect_request("**/beacon"):
        page.clock.run_for(2_000)
    page.clock.run_for(60_000)
    assert [(one["kind"], one["at"]) for one in bodies] == [("view", "city.1"), ("long_view", "city.1")]
    assert page.evaluate("[sessionStorage.length, document.cookie]") == [0, ""]
    page.context.close()
