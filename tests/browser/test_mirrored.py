"""Pages from right to left, with texts 40 % longer, on a phone: nothing is wider than the screen, and the page is mirrored."""

from typing import TYPE_CHECKING, Any

import pytest

from events.models import Event
from languages.addresses import has_languages
from tests.browser.conftest import elsewhere
from tests.browser.every_page import OPEN, OWN
from tests.browser.house import cookie_of, make_house
from tests.languages.pseudo import CODE, mirrored

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

__all__ = ["mirrored"]
pytestmark = pytest.mark.browser
#: What sticks out of the screen, but for what scrolls in itself, is hidden from sight, or only bots find.
WIDER = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  for (const one of document.body.querySelectorAll('*')) {
    const box = one.getBoundingClientRect();
    if (!box.width || !one.checkVisibility() || (box.left >= -1 && box.right <= wide + 1)) continue;
    let up = one, kept = false;
    for (; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (up.matches('.trap')) kept = true;
      if (style.overflowX !== 'visible' || style.position === 'fixed' || style.clipPath !== 'none' || style.clip !== 'auto') kept = true;
    }
    if (!kept) found.push(`${one.tagName}.${one.className}`);
  }
  return {scrolls: document.documentElement.scrollWidth - wide, found: found.slice(0, 5)};
}"""
#: Whether a heading and the card's time begin at the right.
MIRRORED = """() => {
  const heading = document.querySelector('h1, h2');
  const card = document.querySelector('.card'), time = card && card.querySelector('time');
  const middle = box => box.left + box.width / 2;
  return {
    dir: getComputedStyle(document.documentElement).direction,
    align: getComputedStyle(heading).textAlign,
    time: !time || !time.getBoundingClientRect().width
      || middle(time.getBoundingClientRect()) > middle(card.getBoundingClientRect()),
  };
}"""


@pytest.mark.parametrize("pages", [OPEN, OWN], ids=["open", "own"])
def test_long_texts_from_right_to_left_fit_a_phone(
    mirrored: None,
    phone: "Callable[..., Page]",
    live_server: Any,
    night: list[Event],
    settings: Any,
    pages: tuple[tuple[str, str], ...],
) -> None:
    settings.PAGE_RATE_LIMIT = 0
    house = elsewhere(lambda: make_house(night))
    page, found = phone(), {}
    if pages is OWN:
        page.context.add_cookies([elsewhere(lambda: cookie_of(house["ann"], live_server.url))])
    for path in (path.format(**house) for _, path in pages):
        if not has_languages(path.partition("?")[0]):
            continue
        page.goto(f"{live_server.url}/{CODE}{path}")
        wider, layout = page.evaluate(WIDER), page.evaluate(MIRRORED)
        if (
            wider != {"scrolls": 0, "found": []}
            or layout["dir"] != "rtl"
            or layout["align"] == "left"
            or not layout["time"]
        ):
            found[path] = (wider, layout)
    assert found == {}
