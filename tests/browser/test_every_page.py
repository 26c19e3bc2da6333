"""Every page that people see, in one browser each: by axe in light and dark, from 320 to 1920 pixels, at 200 and 400 %, in forced colours, without motion."""

from typing import TYPE_CHECKING, Any, Final

import pytest

from events.models import Event
from notices.push import new_private_key
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.browser.every_page import BARE, NO_PAGE, OPEN, OWN, named_addresses
from tests.browser.house import cookie_of, make_house
from tests.browser.test_walks import CUT, IN_LETTERS, STOP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

#: Where axe looks: the smallest phone and a wide screen; the layouts between are those of one of the two.
WIDTHS: Final = (320, 1920)
BETWEEN: Final = (390, 768, 1440)
#: What moves, where no motion was asked for.
MOVING: Final = """() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  return style.animationName !== "none" || parseFloat(style.transitionDuration) || style.scrollBehavior === "smooth";
}).map((one) => one.outerHTML.slice(0, 120))"""
#: Buttons and fields that nothing marks where colours are forced: there a border is all that is left of them.
UNMARKED: Final = """() => [...document.querySelectorAll("main .btn, main input:not([type=hidden], [type=checkbox], [type=radio]), main select, main textarea")]
  .filter((one) => one.checkVisibility() && !one.closest(".trap") && !parseFloat(getComputedStyle(one).borderTopWidth))
  .map((one) => one.outerHTML.slice(0, 120))"""
STYLES: Final = {"moves": MOVING, "unmarked": UNMARKED}
#: Text alone at 200 % on a phone and on a screen, and the whole page at 400 %, which leaves 320 by 256 pixels.
LARGE: Final = (("200%", 390, 844), ("200%", 1280, 844), ("", 320, 256))
#: So many steps of the keyboard are followed on a page; one with many cards has more.
MOST_STOPS: Final = 120
#: Pages with forms and lists of their own, on which the keyboard is led from field to field.
STEPPED: Final = (
    "personal:for-me",
    "saved-searches:one",
    "webhooks:endpoint",
    "organizers:new",
    "organizers:event",
    "organizers:team",
    "account_keys",
)


def test_every_page_is_taken_to_axe_or_has_a_reason() -> None:
    pages = {name for name, _ in (*OPEN, *OWN, *BARE)}
    others = [name for names in NO_PAGE.values() for name in names]
    assert named_addresses() - pages - set(others) == set(), "add it to every_page.py"
    assert (pages | set(others)) - named_addresses() == set()
    assert pages.intersection(others) == set()
    assert len(others) == len(set(others))


@pytest.fixture
def house(night: list[Event], settings: Any) -> dict[str, Any]:
    settings.PAGE_RATE_LIMIT = 0
    settings.VAPID_PRIVATE_KEY = new_private_key()
    made: dict[str, Any] = elsewhere(lambda: make_house(night))
    return made


@pytest.fixture
def shown(
    phone: "Callable[..., Page]", live_server: Any, house: dict[str, Any]
) -> "Callable[..., Iterator[tuple[str, Page]]]":
    """Opens each page of a list, with its path, signed in where it is somebody's."""

    def shown(pages: tuple[tuple[str, str], ...], **options: Any) -> "Iterator[tuple[str, Page]]":
        page = phone(viewport={"width": 1440, "height": 900}, **options)
        if pages is not OPEN:
            person = house["bob" if pages is BARE else "ann"]
            page.context.add_cookies([elsewhere(lambda: cookie_of(person, live_server.url))])
        for _, path in pages:
            path = path.format(**house)
            answer = page.goto(live_server.url + path)
            assert answer
            spent = path.endswith(("magic-link/x/", "email/confirm/x/"))
            assert (path, answer.status, page.url) == (path, 410 if spent else 200, live_server.url + path)
            if "/map/" in path:
                page.locator(".mapspot").first.wait_for()
            yield path, page

    return shown


@pytest.mark.browser
@pytest.mark.parametrize("pages", [OPEN, OWN, BARE], ids=["open", "own", "bare"])
def test_no_barrier_and_nothing_lost_on_any_page(pages: Any, shown: Any) -> None:
    """Each page is opened once: colours by night differ by no width, and so are looked at once."""
    found: list[tuple[Any, ...]] = []
    for path, page in shown(pages, bypass_csp=True):
        for width in (*BETWEEN, *WIDTHS):
            page.set_viewport_size({"width": width, "height": 900})
            found += lost(page, path, width)
            if width in WIDTHS:
                found += [(path, width, *barrier) for barrier in barriers(page, dark=width == WIDTHS[0])]
        for size, width, height in LARGE:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", size)
            found += lost(page, path, width, size)
        page.emulate_media(forced_colors="active", reduced_motion="reduce")
        found += [(path, name, marks) for name, asked in STYLES.items() if (marks := page.evaluate(asked))]
        page.emulate_media(forced_colors="none")
        page.set_viewport_size({"width": 1440, "height": 900})
    assert found == []


def lost(page: "Page", path: str, width: int, size: str = "") -> list[tuple[Any, ...]]:
    """The width of a page that is wider than its window, and what is cut off or broken into letters there."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    cut = page.evaluate(CUT) + page.evaluate(IN_LETTERS)
    return [(path, size, width, wide, cut)] if wide != width or cut else []


@pytest.mark.browser
def test_the_keyboard_goes_through_the_forms_in_order_and_its_place_is_seen(shown: Any) -> None:
    pages = tuple((name, path) for name, path in OWN if name in STEPPED)
    for path, page in shown(pages, reduced_motion="reduce"):
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        stops: list[dict[str, Any]] = []
        for _ in range(MOST_STOPS):
            page.keyboard.press("Tab")
            stop = page.evaluate(STOP)
            if stop is None or (stops and stop["at"] <= stops[0]["at"]):
                break
            if stops and stop["hasParts"] and stop["at"] == stops[-1]["at"]:
                continue  # the day, the month and the year of one field
            stops.append(stop)
        assert (path, stops[0]["name"]) == (path, "Skip to the listing")
        assert (path, [stop for stop in stops if not (stop["seen"] and stop["ring"])]) == (path, [])
        assert (path, [stop["at"] for stop in stops]) == (path, sorted({stop["at"] for stop in stops}))
        assert (path, len(stops) == MOST_STOPS or stops[-1]["area"]) in ((path, True), (path, "nav")), (
            "the languages come last"
        )


@pytest.mark.browser
def test_no_barrier_where_something_is_refused(
    phone: "Callable[..., Page]",
    live_server: Any,
    house: dict[str, Any],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """400, 404, 410, 429, 500, and a form that may not be sent."""
    page = phone(bypass_csp=True)

    def check(path: str, status: int, *, asked: int = 1) -> None:
        statuses = []
        while len(statuses) < asked and statuses[-1:] != [status]:
            answer = page.goto(live_server.url + path)
            assert answer
            statuses.append(answer.status)
        assert (path, statuses[-1]) == (path, status)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert (path, barriers(page)) == (path, [])
            assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, width)
        assert page.get_by_role("heading", level=1).count() == 1
        assert page.locator("main a.btn").count() >= 1, "a way on"

    check("/nowhere/", 404)
    check("/a/deeper/address/than/any/", 404)
    check(house["removed"], 410)
    check("/search?q=%00", 400)
    settings.PAGE_RATE_LIMIT = 1
    check("/bengaluru/film/", 429, asked=3)  # the minute may end after the first
    settings.PAGE_RATE_LIMIT = 0
    monkeypatch.setattr("events.views.search.render", lambda *_, **__: 1 / 0)
    check("/search?q=jazz", 500)
