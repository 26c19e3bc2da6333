"""Lists of a city in a browser: loaded at the edge, by keyboard, and found again by the back button."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.factories import make_city, make_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def cards(page: "Page") -> int:
    return page.locator("#list .card").count()


def _make_gigs(count: int) -> None:
    city, now = make_city(), timezone.now()
    for number in range(count):
        make_event(title=f"Gig {number:03d}", start=now + timedelta(hours=2 + number * 4), city=city)


def test_a_list_loads_at_its_edge_stops_and_is_found_again(
    phone: "Callable[..., Page]", live_server: Any, transactional_db: None
) -> None:
    elsewhere(lambda: _make_gigs(125))
    page = phone(bypass_csp=True)
    page.goto(f"{live_server.url}/bengaluru/music/")
    assert cards(page) == 30
    for loaded in (60, 90, 120):
        page.locator("[data-more]").scroll_into_view_if_needed()
        page.wait_for_function(f"document.querySelectorAll('#list .card').length === {loaded}")
    page.locator(
        ".foot"
    ).scroll_into_view_if_needed()  # no page comes by itself now: the footer stays in reach
    assert cards(page) == 120
    # Each once. Their order is not that of their hours: in the morning, tonight stands before the rest of the day.
    titles = page.locator("#list .card__title a").all_inner_texts()
    assert sorted(titles) == [f"Gig {number:03d}" for number in range(120)]
    ids = page.evaluate("[...document.querySelectorAll('#list h2')].map(heading => heading.id)")
    assert len(ids) == len(set(ids))

    page.get_by_role("link", name="Later events").focus()
    page.keyboard.press("Enter")
    page.get_by_text("More events: 5, the last ones").wait_for(state="attached")
    assert page.evaluate("document.activeElement.textContent") == "Gig 120"
    assert page.get_by_role("link", name="Later events").count() == 0
    assert barriers(page, "#list") == []

    page.keyboard.press("Enter")
    page.wait_for_url("**/events/gig-120-*/")
    page.go_back()
    page.wait_for_function("document.querySelectorAll('#list .card').length === 125")
    page.wait_for_function("scrollY > 5000")
    assert page.get_by_role("link", name="Gig 120").is_visible()


def test_a_month_is_a_grid_for_keyboard_and_reader(
    phone: "Callable[..., Page]", live_server: Any, transactional_db: None
) -> None:
    elsewhere(lambda: _make_gigs(12))
    page = phone(bypass_csp=True)
    page.goto(f"{live_server.url}/bengaluru/month/")
    if not page.locator("a.month__day").count():  # the month ends today
        page.locator(".month__head a").last.click()
    assert page.locator(".month").get_by_role("columnheader").count() == 7
    assert barriers(page) == []
    page.locator("a.month__day").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].count("-") == 2)
    assert cards(page) >= 1
