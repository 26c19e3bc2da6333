"""Takes the pictures of docs/moderation.md; `python -m tests.desk_pictures` runs it. Not a test."""

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests.browser.conftest import elsewhere
from tests.browser.desk_pages import make_pages
from tests.desk_pictures import FOLDER

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
#: Name of the picture, of the page, its height, its colours.
PICTURES = (
    ("dashboard", "dashboard", 1000, "light"),
    ("event", "event", 900, "light"),
    ("match", "match", 900, "dark"),
    ("run", "run", 800, "light"),
    ("queue", "list of review", 800, "light"),
    ("rules", "list of rulesetting", 800, "light"),
)


def test_take(desk: "Page", live_server: Any) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages = elsewhere(lambda: make_pages(timezone.now()))
    for name, page, height, scheme in PICTURES:
        desk.set_viewport_size({"width": 1280, "height": height})
        desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        desk.goto(live_server.url + pages[page])
        desk.wait_for_load_state("networkidle")
        desk.evaluate("document.querySelectorAll('.livestate').forEach((one) => one.remove())")
        desk.screenshot(path=FOLDER / f"{name}.png")
