"""Every page of the desk in one running site: no barrier by axe in light and dark, nothing off the side or over other
text at 1024 pixels, at 200 % and on a phone, all verdicts in one line, and what a screen reader is told of the main pages."""

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

#: How many lines the buttons of the verdict stand in.
LINES = """new Set([...document.querySelectorAll("#verdicts > :is(button, a, details)")].filter((one) => one.offsetWidth)
  .map((one) => Math.round(one.getBoundingClientRect().bottom))).size"""
#: What a screen reader is told, by page: landmarks, headings, names of what can be pressed, and what differs. Keep it short.
TREES = {
    "event": """
        - main:
          - button "Keys"
          - navigation "Queue"
          - article "Weekly jazz on the roof of the old station":
            - group "Other items":
              - link "Next"
            - heading "Weekly jazz on the roof of the old station" [level=2]
            - form "Verdict":
              - button "Approve"
              - button "Flag"
              - link "Edit"
            - search "Same as another event"
            - region "Evidence":
              - region "As readers will see it":
                - heading "As readers will see it" [level=3]
              - region "What each source says"
              - region "Quality and checks"
              - region "What was before"
    """,
    "change": """
        - main:
          - article /change/:
            - form "Verdict":
              - button "Accept the change"
              - button "Keep what is published"
            - region "Evidence":
              - region "Changed":
                - definition:
                  - deletion: Red
                - definition:
                  - insertion: Blue
    """,
    "match": """
        - main:
          - article /match/:
            - form "Verdict":
              - button "Merge"
              - button "Not the same"
            - region "Evidence":
              - region "Side by side":
                - table:
                  - rowgroup:
                    - row /title/:
                      - 'cell /title of A/':
                        - deletion: s
              - 'heading "A: why it may be the same" [level=3]'
    """,
    "run": """
        - main:
          - article "Bengaluru healthy calendar":
            - form "Verdict":
              - button "Apply the run …"
              - button "Discard the run"
            - region "Evidence":
              - region "What the run would change":
                - heading "What the run would change" [level=3]
              - region "Beside the last good run"
              - region "What each answer does"
    """,
}  # fmt: skip


def test_no_page_of_the_desk_keeps_anybody_out(desk: "Page", live_server: Any) -> None:
    from playwright.sync_api import expect

    found: list[tuple[object, ...]] = []
    for name, path in elsewhere(lambda: make_pages(timezone.now())).items():
        desk.set_viewport_size({"width": 1024, "height": 800})
        answer = desk.goto(live_server.url + path)
        assert (name, answer and answer.status) == (name, 200)
        if name in TREES:
            expect(desk.locator("body")).to_match_aria_snapshot(TREES[name])
        for width in (390, 640, 1280, 1024):  # half of 1280 is a window at 200 %
            desk.set_viewport_size({"width": width, "height": 800})
            over = desk.evaluate("document.documentElement.scrollWidth")
            found += [(name, width, "off the side", over)] if over > width else []
            found += [(name, width, "overlap", pair) for pair in desk.evaluate(OVERLAPS)]
            found += [(name, width, "verdicts in lines")] if width > 1000 and desk.evaluate(LINES) > 1 else []
        context = "#content" if path.startswith("/admin/") else None
        found += [(name, *one) for one in barriers(desk, context)]
    assert found == []
