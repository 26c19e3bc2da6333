"""The five main pages for everyone: order of focus, forced colours, and what a screen reader is told. test_every_page.py looks at all."""

from typing import TYPE_CHECKING, Any, Final

import pytest

from events.models import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
#: The five main pages. `event` is a night's event with every state around it.
MAIN: Final = ("/", "/bengaluru/", "event", "/search?q=jazz&city=bengaluru", "/bengaluru/map/")
#: What a focus stop is: its name, whether it can be seen, and whether a ring is drawn around it (in a field for a time the browser marks its parts).
STOP: Final = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const box = one.getBoundingClientRect(), after = getComputedStyle(one, "::after"), own = getComputedStyle(one);
  const hasParts = ["date", "time", "datetime-local"].includes(one.type);
  const ring = hasParts
    || [own, after].some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  const area = one.closest("header.top, main, footer, [data-languages]");
  return { name: one.getAttribute("aria-label") || one.textContent.trim().slice(0, 40) || one.id, ring, hasParts, tabindex: one.tabIndex,
           seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight, area: area ? area.localName : "body",
           size: Math.min(box.width, box.height), at: [...document.querySelectorAll("*")].indexOf(one) };
}"""
#: Whole words that are cut off by their own box, where no ellipsis says so.
CUT: Final = """() => [...document.querySelectorAll("h1, h2, h3, p, li, a, button, label, dd, dt, th, time")].filter((one) => {
  const style = getComputedStyle(one);
  return style.overflowX === "hidden" && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1 && style.textOverflow !== "ellipsis"
    && !one.closest(".vh, svg, .leaflet-container, .trap");
}).map((one) => one.outerHTML.slice(0, 120))"""
#: Texts in a column so narrow that words break into letters: less than two letters' width and more than six lines.
IN_LETTERS: Final = """() => [...document.querySelectorAll("main *")].filter((one) => {
  const box = one.getBoundingClientRect(), letter = parseFloat(getComputedStyle(one).fontSize);
  return [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim().length > 8)
    && box.width > 1 && box.width < 2 * letter && box.height > 8 * letter && !one.closest(".vh, svg, .leaflet-container")
    && getComputedStyle(one).writingMode === "horizontal-tb";
}).map((one) => one.outerHTML.slice(0, 120))"""
BANNER: Final = """
- link "Skip to the listing"
- banner:
  - link /Nocturne/
  - search:
    - combobox "Search events"
  - navigation "Site"
"""
TREES: Final = {
    "/": """
- main:
  - heading /tonight/ [level=1]
  - search:
    - combobox "Search every city"
    - button "Search"
  - region /Bengaluru/:
    - heading [level=2]
    - list
  - region "All cities":
    - heading "All cities" [level=2]
- contentinfo
""",
    "/bengaluru/": """
- main:
  - heading "Bengaluru" [level=1]
  - navigation "The next two weeks":
    - list:
      - listitem:
        - link
  - list "Days":
    - listitem:
      - link "Today"
  - form "Filters":
    - paragraph:
      - combobox "When"
    - paragraph:
      - combobox "What"
    - button "Show"
  - navigation "Categories"
  - complementary "Bengaluru at a glance"
- contentinfo
""",
    "event": """
- main:
  - navigation "Where you are"
  - article:
    - heading "Open mic" [level=1]
    - button "Share this event"
    - complementary "Facts":
      - term
      - definition
    - heading "Where" [level=2]
- contentinfo
""",
    "/search?q=jazz&city=bengaluru": """
- main:
  - heading "Search Bengaluru" [level=1]
  - search:
    - combobox "What are you looking for": jazz
    - button "Search"
  - heading "Results" [level=2]
  - list:
    - listitem:
      - heading "Moonlit Jazz" [level=3]
- contentinfo
""",
    "/bengaluru/map/": """
- main:
  - heading "Bengaluru Map" [level=1]
  - form "Filters"
  - region "Places with events":
    - heading "Places with events" [level=2]
    - region /Map. Arrow keys move it/:
      - button /events/
    - list "Move the map":
      - listitem:
        - link "Nearer"
- contentinfo
""",
}


@pytest.fixture
def address(live_server: Any, night: list[Event]) -> "Callable[[str], str]":
    """The address of a page by its path or name."""
    named = {
        "event": night[1].get_absolute_url(),
    }
    return lambda path: live_server.url + named.get(path, path)


def opened(page: "Page", address: "Callable[[str], str]", path: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address(path))
    if "/map/" in path:
        page.locator(".mapspot").first.wait_for()


def test_the_focus_goes_through_the_page_in_order_and_is_always_seen(
    page: "Page", address: "Callable[[str], str]"
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(reduced_motion="reduce")  # what slides in is measured where it comes to rest
    for path in MAIN:
        opened(page, address, path)
        page.evaluate("document.activeElement.blur()")
        stops = []
        for _ in range(60):
            page.keyboard.press("Tab")
            stop = page.evaluate(STOP)
            if stop is None:
                break
            stops.append(stop)
        assert (path, stops[0]["name"]) == (path, "Skip to the listing")
        assert (path, [stop for stop in stops if not (stop["seen"] and stop["ring"])]) == (path, [])
        assert (path, [stop for stop in stops if stop["tabindex"] > 0]) == (path, [])
        assert (path, [stop["at"] for stop in stops]) == (path, sorted(stop["at"] for stop in stops))
        areas = list(dict.fromkeys(stop["area"] for stop in stops))
        assert (path, areas[:3]) == (path, ["body", "header", "main"])


def test_forced_colours_keep_states_edges_and_the_chosen_one(
    phone: "Callable[..., Page]", address: "Callable[[str], str]"
) -> None:
    page = phone(forced_colors="active", viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    opened(page, address, "/bengaluru/music/")
    chosen = page.locator(".chip[aria-current]").first
    assert float(chosen.evaluate("one => parseFloat(getComputedStyle(one).borderTopWidth)")) >= 2
    assert page.locator(".card__time").first.evaluate(
        "one => getComputedStyle(one, '::after').backgroundColor"
    ) == page.evaluate("getComputedStyle(document.body).color")
    opened(page, address, "/bengaluru/")
    assert page.locator(".band--cancelled").first.inner_text().startswith("Cancelled")
    opened(page, address, "/bengaluru/map/")
    marker = page.locator(".mapspot").first
    assert marker.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
    assert marker.evaluate("one => getComputedStyle(one).color") != marker.evaluate(
        "one => getComputedStyle(one).backgroundColor"
    )
    for path in MAIN:
        opened(page, address, path)
        link = page.locator("main a[href]").first
        link.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert page.evaluate(STOP)["ring"], path
        assert (
            page.evaluate("document.getAnimations().filter(one => one.playState === 'running').length") == 0
        ), path


def test_a_screen_reader_is_told_of_the_five_main_pages(
    page: "Page", address: "Callable[[str], str]"
) -> None:
    from playwright.sync_api import expect

    for path in MAIN:
        opened(page, address, path)
        expect(page.locator("body")).to_match_aria_snapshot(BANNER + TREES[path].lstrip("\n"))
        assert (path, page.locator("h1").count()) == (path, 1)
