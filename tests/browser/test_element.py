"""The element on a page of another site, in a real browser: hostile titles, states, languages, an answer that fails."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests.browser.barriers import barriers
from tests.browser.conftest import KOLKATA, elsewhere
from tests.factories import make_city, make_event

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_httpserver import HTTPServer

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=window.ran=1></section><script>window.ran=1</script>"
#: What a careful page allows: no inline style, no script but those of the site that is embedded.
POLICY = "default-src 'none'; script-src {site}; connect-src {site}; frame-src {site}; style-src 'none'"


def _make_events() -> None:
    city, now = make_city(), timezone.now()
    make_event(
        title=HOSTILE, start=now + timedelta(hours=2), city=city, venue_name=HOSTILE, price_type="free"
    )
    make_event(title="Called off", start=now + timedelta(hours=3), city=city, happening="cancelled")
    make_event(title="Third", start=now + timedelta(hours=4), city=city)


def _day_and_clock(start: datetime) -> tuple[str, str]:
    """As the frame says it, for a start of the next hours."""
    local, today = start.astimezone(KOLKATA), timezone.now().astimezone(KOLKATA).date()
    return "Today" if local.date() == today else "Tomorrow", f"{local:%H:%M}"


def _serve(httpserver: "HTTPServer", site: str, body: str) -> str:
    httpserver.expect_request("/").respond_with_data(
        f"<!doctype html><html lang=en><title>Elsewhere</title><main><h1>Elsewhere</h1>{body}</main>",
        content_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": POLICY.format(site=site)},
    )
    return httpserver.url_for("/").replace("localhost", "127.0.0.1")


def test_the_element_stands_on_a_foreign_page(
    page: "Page", live_server: Any, transactional_db: None, httpserver: "HTTPServer", complaints: list[str]
) -> None:
    elsewhere(_make_events)
    attributes = 'city="bengaluru" count="2" accent="#ff0000"'
    address = _serve(
        httpserver,
        live_server.url,
        f'<script src="{live_server.url}/embed/nocturne-events.js" async></script>'
        f'<nocturne-events {attributes}></nocturne-events><nocturne-events lang="hi" {attributes} theme="night"></nocturne-events>'
        f'<iframe title="Events" src="{live_server.url}/embed/list/?city=bengaluru"></iframe>',
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    first, second = page.locator("nocturne-events").all()
    first.locator("li").nth(1).wait_for()
    assert first.locator("li a").all_inner_texts() == [HOSTILE, "Called off"]
    assert "Cancelled" in first.locator("li").nth(1).inner_text()
    assert "Free" in first.locator("li").first.inner_text()
    day, clock = _day_and_clock(timezone.now() + timedelta(hours=2))
    assert first.locator("time").first.inner_text() == f"{day}, {clock} India Standard Time"
    link = first.locator("li a").nth(1).get_attribute("href")
    assert link
    assert link.startswith(f"{live_server.url}/events/")
    assert "रद्द" in second.locator("li").nth(1).inner_text()
    assert "/hi/events/" in str(second.locator("li a").first.get_attribute("href"))
    assert (
        second.evaluate("one => getComputedStyle(one.shadowRoot.firstChild).backgroundColor")
        == "rgb(23, 19, 39)"
    )
    framed = page.frame_locator("iframe")
    assert framed.locator("h2").all_inner_texts() == [HOSTILE, "Called off", "Third"]
    assert page.evaluate("window.ran === undefined")
    assert sum("/api/v1/events" in url for url in asked) == 1, "elements that ask the same ask once"
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert complaints == []

    page.get_by_text("Third").or_(first).first.focus()
    first.evaluate("one => one.setAttribute('count', '3')")
    first.locator("li").nth(2).wait_for()
    page.route("**/api/v1/events*", lambda route: route.abort())
    first.evaluate("one => one.setAttribute('category', 'music')")
    first.get_by_text("The events could not be read.").wait_for()


def test_the_builder_makes_the_code_anew_as_one_chooses(
    page: "Page", live_server: Any, transactional_db: None, complaints: list[str]
) -> None:
    elsewhere(_make_events)
    page.goto(f"{live_server.url}/embed/")
    page.locator("nocturne-events li").nth(2).wait_for()
    page.get_by_label("How many events").fill("2")
    page.get_by_text("The code is made anew.").wait_for(state="attached")
    assert 'count="2"' in page.locator("#e-element").input_value()
    assert page.url.endswith("/embed/?" + page.url.partition("?")[2])
    page.locator("nocturne-events li").nth(1).wait_for()
    assert page.locator("nocturne-events li").count() == 2
    assert complaints == []


def test_no_barrier_on_the_frame_by_night_and_on_the_element(
    phone: Any, live_server: Any, transactional_db: None
) -> None:
    """test_every_page.py takes the other pages for other sites to axe."""
    elsewhere(_make_events)
    page = phone(bypass_csp=True)
    page.goto(f"{live_server.url}/embed/list/?city=bengaluru&theme=night")
    assert barriers(page) == []
    page.goto(f"{live_server.url}/embed/")
    page.locator("nocturne-events li").first.wait_for()
    assert barriers(page) == []
