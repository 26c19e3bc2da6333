"""Takes the pictures of the pages of people and organizers, and of errors, for docs/screenshots; `make screenshots` runs it. Not a test."""

from typing import TYPE_CHECKING, Any

import pytest

from events.models import Event
from tests.browser.conftest import elsewhere
from tests.browser.house import cookie_of, make_house
from tests.site_pictures import COLOURS, FOLDER, OWN, SIZES, take_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_take(
    phone: "Callable[..., Page]",
    live_server: Any,
    night: list[Event],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = elsewhere(lambda: make_house(night))
    cookie = elsewhere(lambda: cookie_of(house["ann"], live_server.url))
    monkeypatch.setattr(
        "events.views.search.render", lambda *_, **__: 1 / 0
    )  # the page of a search is the one that breaks
    for colours, scheme in COLOURS.items():
        for width, height, kept in SIZES:
            page = phone(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                reduced_motion="reduce",
                timezone_id="Asia/Kolkata",
            )
            page.context.add_cookies([cookie])
            for shot in OWN:
                settings.PAGE_RATE_LIMIT = 1 if shot.name == "too-many" else 1_000
                take_picture(
                    page,
                    live_server.url + shot.path.format(**house),
                    FOLDER / f"{shot.name}-{width}-{colours}.webp",
                    kept,
                )
