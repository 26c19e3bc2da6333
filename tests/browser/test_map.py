"""The map of a city in a browser: by keyboard, on a phone, without tiles and with them, and together with its list."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from events.models import Event
from places.models import Place
from tests.browser.barriers import barriers
from tests.factories import make_area, make_city, make_event, make_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser
#: One grey pixel, as PNG.
TILE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a4944415478da6368000000820081"
    "da45083b0000000049454e44ae426082"
)


@pytest.fixture
def places(transactional_db: None) -> list[Event]:
    """Three events at one venue, one at another far from it, one without a point."""
    make_area(city=make_city(name="Bengaluru"), name="Indiranagar")
    blue = make_place(name="Blue Room", lat=12.9784, lng=77.6408)
    hill = make_place(name="Hill Station", lat=13.05, lng=77.55)
    at: list[Place | None] = [blue, hill, blue, blue, None]
    start = timezone.now().replace(second=0, microsecond=0)
    return [
        make_event(
            title=f"At {place.name if place else 'home'}", start=start + timedelta(hours=1 + number * 5), place=place,
            venue_name=place.name if place else "", lat=place and place.lat, lng=place and place.lng,
        )
        for number, place in enumerate(at)
    ]  # fmt: skip


def test_map_and_list_are_one_page_by_keyboard(page: "Page", live_server: Any, places: list[Event]) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(reduced_motion="reduce")  # a step that is asked for while the map still moves is lost
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url + "/bengaluru/map/")
    markers = page.locator(".mapspot")
    markers.first.wait_for()
    assert [markers.nth(at).get_attribute("aria-label") for at in range(2)] == [
        "Hill Station: 1 event",
        "Blue Room: 3 events",
    ]
    assert {url.split("/")[2] for url in asked} == {live_server.url.split("/")[2]}

    # a card marks its place, and a place its cards
    card = page.locator("#list .card", has_text="At Hill Station")
    card.locator(".card__title a").focus()
    assert "is-marked" in str(markers.first.get_attribute("class"))
    markers.last.focus()
    assert page.locator("#list .card.is-marked").count() == 3

    # the map, then its places from north to south; Enter opens one, Escape leads back to it
    page.locator(".leaflet-container").focus()
    before = page.evaluate("document.querySelector('.leaflet-map-pane').style.transform")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.leaflet-map-pane').style.transform !== before", arg=before
    )
    for name in ("Hill Station", "Blue Room"):
        page.keyboard.press("Tab")
        assert str(page.evaluate("document.activeElement.ariaLabel")).startswith(name)
    page.keyboard.press("Enter")
    page.locator(".mapplace li").first.wait_for()
    assert page.locator(".mapplace li").count() == 3
    assert page.evaluate("document.activeElement.textContent") == "Blue Room"
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.ariaLabel?.startsWith('Blue Room')")

    # nearer by a button, without dragging; then the list of what is seen
    for _ in range(4):
        page.locator("[data-move=in]").click()
    page.locator("#map-here").click()
    page.locator(".active", has_text="This part of the map").wait_for()
    assert "bbox=" in page.url
    assert page.locator("#list .card").count() < 4
    page.go_back()
    page.wait_for_url("**/bengaluru/map/")


def test_a_phone_shows_one_at_a_time(
    phone: "Callable[..., Page]", live_server: Any, places: list[Event]
) -> None:
    page = phone(bypass_csp=True)
    page.goto(live_server.url + "/bengaluru/map/")
    page.locator(".mapspot").first.wait_for()
    assert page.locator("#list").is_hidden()
    assert barriers(page) == []
    page.get_by_role("button", name="List").click()
    assert (page.locator("#list").is_visible(), page.locator("#map").is_hidden()) == (True, True)
    assert page.get_by_role("button", name="List").get_attribute("aria-pressed") == "true"
    assert barriers(page) == []
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for shown in ("Map", "List"):
            page.get_by_role("button", name=shown, exact=True).click()
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_script_the_drawn_map_and_the_list_stand(
    phone: "Callable[..., Page]", live_server: Any, places: list[Event]
) -> None:
    page = phone(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page.goto(live_server.url + "/bengaluru/map/")
    assert page.locator("#list .card").count() == 5
    page.get_by_role("link", name="Blue Room: 3 events").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/venues/blue-room-*/")
    page.go_back()
    page.get_by_role("link", name="Nearer").click()
    page.wait_for_url("**bbox=*")
    assert page.locator("#list .card").count() < 4


def test_tiles_come_from_the_server_that_is_set_and_from_no_other(
    page: "Page", live_server: Any, places: list[Event], settings: Any
) -> None:
    settings.MAP_TILES_URL = "https://tiles.example/{z}/{x}/{y}.png"
    policy = settings.CONTENT_SECURITY_POLICY
    allowed = {**policy["DIRECTIVES"], "img-src": ["'self'", "data:", "https://tiles.example"]}
    settings.CONTENT_SECURITY_POLICY = {**policy, "DIRECTIVES": allowed}
    asked: list[str] = []

    def tile(route: "Route") -> None:
        asked.append(route.request.url)
        route.fulfill(body=TILE, content_type="image/png")

    page.route("https://tiles.example/**", tile)
    page.goto(live_server.url + "/bengaluru/map/")
    page.locator(".leaflet-tile-loaded").first.wait_for()
    assert page.locator(".leaflet-control-attribution").inner_text() == "© OpenStreetMap contributors"
    asked.clear()
    page.goto(live_server.url + places[0].get_absolute_url())
    page.locator(".streets").scroll_into_view_if_needed()
    page.wait_for_function(
        "[...document.querySelectorAll('.streets img')].every(image => image.naturalWidth)"
    )
    assert len(asked) == 6
    assert all(url.startswith("https://tiles.example/16/") for url in asked)
