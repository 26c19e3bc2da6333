"""The search page on a phone: its first result, chips by keyboard, the nearest first, no widening, no barriers."""

from typing import TYPE_CHECKING, Any

import pytest

from events.models import Event
from tests.browser.barriers import barriers

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_search_by_keyboard_on_a_phone(
    phone: "Callable[..., Page]", live_server: Any, night: list[Event]
) -> None:
    page = phone(
        bypass_csp=True,
        permissions=["geolocation"],
        geolocation={"latitude": 12.9716, "longitude": 77.5946},
        reduced_motion="reduce",
    )
    page.goto(f"{live_server.url}/search?q=jazz&city=bengaluru")
    title = page.get_by_role("heading", name="Moonlit Jazz").first.bounding_box()
    assert title
    assert title["y"] + title["height"] < 844  # the first screen shows the first result
    page.locator(".narrow-by summary").press("Enter")
    page.locator(".narrow-by a").first.wait_for()  # which days they name depends on the hour
    assert barriers(page) == []
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator(".nearest summary").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=jazz&city=bengaluru&sort=near&near=12.972%2C77.595")
    assert page.locator(".card__far").first.inner_text().endswith("m")
    page.get_by_role("link", name="Remove: Near you").press("Enter")
    page.wait_for_url("**/search?q=jazz&city=bengaluru")


def test_without_script_or_consent_a_place_is_chosen(
    phone: "Callable[..., Page]", live_server: Any, night: list[Event]
) -> None:
    refused = phone()
    refused.goto(f"{live_server.url}/search?q=jazz&city=bengaluru")
    refused.locator(".nearest summary").click()
    refused.get_by_role("button", name="Near me").click()
    refused.get_by_text("This device did not say where it is. Choose a place instead.").wait_for()

    plain = phone(java_script_enabled=False)
    plain.goto(f"{live_server.url}/search?q=jazz&city=bengaluru")
    plain.locator(".nearest summary").click()
    assert plain.get_by_role("button", name="Near me").count() == 0
    plain.get_by_label("Near", exact=True).select_option("indiranagar")
    plain.get_by_role("button", name="Show").click()
    plain.wait_for_url("**near=indiranagar*")
    assert plain.get_by_role("link", name="Remove: Near Indiranagar").count() == 1
