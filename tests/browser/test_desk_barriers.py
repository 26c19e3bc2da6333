"""Every page of the desk in one running site: no barrier by axe in light and dark, nothing off the side or over other
text at 1024 pixels and at 200 %."""

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.browser.desk_pages import make_pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
#: Pairs of texts in the page's content of which one lies over the other by more than three pixels each way.
OVERLAPS = """() => {
  const texts = [...document.querySelectorAll("#content *")].filter((one) => {
    if (![...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) return false;
    if (one.closest("dialog:not([open]), [hidden], svg, [style*='position: absolute'], .uplot, option")) return false;
    const style = getComputedStyle(one);
    for (let up = one; up && up.id !== "content"; up = up.parentElement) {
      const kind = getComputedStyle(up);
      if (["fixed", "sticky", "absolute"].includes(kind.position) || kind.overflowX !== "visible" || kind.overflowY !== "visible") return false;
    }
    return style.visibility === "visible" && one.checkVisibility();
  }).map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return [one, [...range.getClientRects()].filter((box) => box.width > 2 && box.height > 2)];
  });
  const found = [];
  for (const [first, boxes] of texts) for (const [second, others] of texts) {
    if (first === second || first.contains(second) || second.contains(first)) continue;
    if (first.compareDocumentPosition(second) !== Node.DOCUMENT_POSITION_FOLLOWING) continue;
    const shared = (a, b) => [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
    const hit = boxes.some((a) => others.some((b) => shared(a, b)[0] > 3 && shared(a, b)[1] > 4));
    if (hit) found.push(first.textContent.trim().slice(0, 40) + " | " + second.textContent.trim().slice(0, 40));
  }
  return found.slice(0, 5);
}"""


def test_no_page_of_the_desk_keeps_anybody_out(desk: "Page", live_server: Any) -> None:
    found = []
    for name, path in elsewhere(lambda: make_pages(timezone.now())).items():
        desk.set_viewport_size({"width": 1024, "height": 800})
        answer = desk.goto(live_server.url + path)
        assert (name, answer and answer.status) == (name, 200)
        for width in (1024, 640):  # half of 1280 is a window at 200 %
            desk.set_viewport_size({"width": width, "height": 800})
            over = desk.evaluate("document.documentElement.scrollWidth")
            found += [(name, width, "off the side", over)] if over > width else []
            found += [(name, width, "overlap", pair) for pair in desk.evaluate(OVERLAPS)]
        context = "#content" if path.startswith("/admin/") else None
        found += [(name, *one) for one in barriers(desk, context)]
    assert found == []
