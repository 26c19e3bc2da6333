"""Pages in a browser: visually, by keyboard, by screen reader, on a phone, on paper, without script."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from events.models import Event, Organizer
from tests.factories import make_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PATHS = (
    "/",
    "/bengaluru/",
    "/bengaluru/music/",
    "/search?q=jazz",
    "/about/",
    "/nowhere/",
    "/subscribe/",
    "/submit/",
    "/opt-out/",
    "/bengaluru/map/",
    "/online/",
    "/saved/",
    "/sources/",
    "/terms/",
    "/tags/jazz/",
    "event",
    "report",
    "organizer",
)


@pytest.fixture
def addresses(live_server: Any, night: list[Event]) -> dict[str, str]:
    """The address of each page by its path or name; an organizer and a tag have one event beside the night's."""
    host = Organizer.objects.create(name="Moonlight Club", folded_name="moonlight club")
    make_event(title="Late set", organizer=host, tags=["jazz"])
    named = {
        "event": night[1].get_absolute_url(),
        "report": f"/events/{night[1].pk}/report/",
        "organizer": f"/organizers/moonlight-club-{host.pk.hex}/",
    }
    return {path: live_server.url + named.get(path, path) for path in PATHS}


def test_nothing_is_asked_of_a_third_party_and_nothing_is_refused(
    page: "Page", live_server: Any, addresses: dict[str, str]
) -> None:
    asked: list[str] = []
    refused: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console",
        lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None,
    )
    for address in addresses.values():
        page.goto(address)
        page.evaluate("document.fonts.ready")
    assert {re.match(r"\w+://[^/]+", url).group(0).split("//")[1] for url in asked} == {
        live_server.url.split("//")[1]
    }
    assert refused == []


def test_what_when_where_stand_in_the_first_400_pixels_of_a_phone(
    phone: "Callable[..., Page]", live_server: Any, night: list[Event]
) -> None:
    page = phone(timezone_id="America/New_York")
    for event in night[:4]:
        page.goto(live_server.url + event.get_absolute_url())
        for part in ("h1", ".event__when", ".event__place", ".event__price", ".event__go"):
            if page.locator(part).count():
                box = page.locator(part).first.bounding_box()
                assert box
                assert (part, box["y"] + box["height"] <= 400) == (part, True)
    words = page.evaluate("document.querySelector('[data-your-time]').shadowRoot.textContent")
    assert words.endswith("in your time")
    assert page.locator(".event__zone").evaluate("place => place.textContent") == "Time in Bengaluru"


def test_the_switch_is_remembered_without_a_flash(page: "Page", live_server: Any, night: list[Event]) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(live_server.url + "/")
    page.get_by_role("button", name="Switch to day").click()
    page.add_init_script(
        "document.addEventListener('readystatechange', () => window.first ??= document.documentElement.dataset.theme)"
    )
    page.reload()
    assert page.evaluate("window.first") == "day"
    assert page.evaluate("getComputedStyle(document.body.parentNode).backgroundColor") == "rgb(250, 248, 255)"


def test_without_script_everything_is_there(
    phone: "Callable[..., Page]", live_server: Any, night: list[Event]
) -> None:
    page = phone(java_script_enabled=False)
    page.goto(live_server.url + "/bengaluru/")
    assert page.locator("#list .card").count() == 18
    assert page.locator("#theme").is_hidden()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("What").select_option("music")
    page.get_by_role("button", name="Show").click()
    assert page.url.endswith("/bengaluru/music/")
    assert page.locator("#list .card").count() == 3


def test_the_keyboard_reaches_the_listing_first(page: "Page", live_server: Any, night: list[Event]) -> None:
    page.goto(live_server.url + "/bengaluru/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the listing"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_card_is_one_link_with_a_visible_focus(page: "Page", live_server: Any, night: list[Event]) -> None:
    page.goto(live_server.url + "/bengaluru/")
    page.locator("#list .card__title a").first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    ring = page.evaluate("getComputedStyle(document.activeElement, '::after').outlineWidth")
    assert ring == "2px"
    target = page.locator("#list .card__title a").first.get_attribute("href")
    page.locator("#list .card").first.click(position={"x": 300, "y": 10})
    page.wait_for_url(f"{live_server.url}{target}")  # the page takes off it where the link stood


def test_the_filters_are_a_row_where_there_is_room(
    page: "Page", live_server: Any, night: list[Event]
) -> None:
    page.goto(live_server.url + "/bengaluru/")
    assert page.get_by_label("What").is_visible()
    assert page.get_by_role("button", name="Filters").is_hidden()


def test_a_reader_who_wants_no_motion_gets_none(
    phone: "Callable[..., Page]", live_server: Any, night: list[Event]
) -> None:
    page = phone(reduced_motion="reduce")
    page.goto(live_server.url + "/bengaluru/")
    styles = "[...document.querySelectorAll('*')].map(element => getComputedStyle(element))"
    moving = "style => style.animationName !== 'none' || parseFloat(style.transitionDuration)"
    assert page.evaluate(f"{styles}.filter({moving}).length") == 0


def test_on_paper_the_list_stays_and_the_machinery_goes(
    page: "Page", live_server: Any, night: list[Event]
) -> None:
    page.goto(live_server.url + "/bengaluru/")
    page.emulate_media(media="print")
    assert page.locator("#list .card__title").first.is_visible()
    for part in (".filters", ".strip", ".top nav", ".listing__side"):
        assert page.locator(part).first.is_hidden()


def test_an_address_can_be_shared(page: "Page", live_server: Any, night: list[Event]) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(live_server.url + night[0].get_absolute_url())
    page.evaluate("navigator.share = undefined")
    page.get_by_role("button", name="Share this event").click()
    page.get_by_text("Address copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_letters_of_other_scripts_are_shown_on_a_page_in_english(
    page: "Page", live_server: Any, night: list[Event]
) -> None:
    kannada = "() => [...document.fonts].filter((one) => one.family.includes('Own Kannada')).map((one) => one.status)"
    address = live_server.url + "/bengaluru/"
    page.goto(address)
    page.evaluate("() => document.fonts.ready")
    assert page.evaluate(kannada) == ["unloaded"]
    make_event(title="ಕವಿತೆಯ ಸಂಜೆ", start=night[0].start_at, area=night[0].area)
    page.goto(address)
    page.get_by_text("ಕವಿತೆಯ ಸಂಜೆ").first.wait_for()
    page.wait_for_function(f"{kannada.removeprefix('() => ')}.includes('loaded')")
