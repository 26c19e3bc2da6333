"""Suggestions below the search field: by keyboard, announced, within reach of a screen reader."""

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from events.models import Event
from events.services import rebuild_vocabulary
from tests.browser.barriers import barriers

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_the_field_suggests_by_keyboard(
    phone: "Callable[..., Page]", live_server: Any, night: list[Event]
) -> None:
    rebuild_vocabulary(now=timezone.now())
    page = phone(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page.goto(f"{live_server.url}/search")
    field = page.get_by_role("combobox", name="What are you looking for")
    field.press_sequentially("m")
    page.get_by_role("option", name="Moonlit Jazz").wait_for()
    assert page.get_by_role("group", name="Categories").get_by_role("option", name="Music").count() == 1
    assert page.locator("#search-q ~ [role=status]").inner_text().startswith("Suggestions: ")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert page.locator("[role=option][aria-selected=true]").get_attribute("id") == active
    assert barriers(page) == []
    field.press("Escape")
    assert (field.get_attribute("aria-expanded"), field.input_value()) == ("false", "m")

    field.fill("moonlit")
    option = page.get_by_role("option", name="Moonlit Jazz")
    option.wait_for()
    field.press("ArrowUp")
    field.press("Enter")
    page.wait_for_url("**/events/moonlit-jazz-*/")

    page.goto(f"{live_server.url}/search")
    field.fill("quiet strings")
    field.press("Enter")
    page.wait_for_url("**/search?q=quiet+strings")
    field.fill("")
    page.get_by_role("group", name="Sought before").get_by_role("option", name="quiet strings").wait_for()
    field.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("localStorage.getItem('nocturne.sought')") is None
    assert page.get_by_role("option").count() == 0
