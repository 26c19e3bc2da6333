"""What devices saved and what the account saved become one list, in real browsers."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from events.models import Event
from personal import queries, services
from tests.browser.conftest import elsewhere
from tests.factories import make_person

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
_MEETS = "**/saved/account"


def _sign_in(page: "Page", live_server: Any, person: User) -> None:
    """With a session, as the form of sign-in leaves it; the next page of one's own tells the scripts."""

    def session() -> str:
        client = Client()
        client.force_login(person)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": elsewhere(session), "url": live_server.url}]
    )
    _meet(page, f"{live_server.url}/for-me/")


def _meet(page: "Page", address: str) -> None:
    with page.expect_response(_MEETS):
        page.goto(address)
    page.wait_for_function("localStorage.getItem('nocturne.saved.account')")


def _kept(page: "Page") -> set[str]:
    return set(json.loads(page.evaluate("localStorage.getItem('nocturne.saved')")))


def _held(person: User) -> set[str]:
    return {pk.hex for pk in elsewhere(lambda: queries.saved_ids(person))}


def test_devices_and_account_become_one_list_and_nothing_is_lost(
    phone: "Callable[..., Page]", live_server: Any, night: list[Event]
) -> None:
    vera = make_person(email="vera@example.org")
    one, two, three = (event for event in night[:3])
    services.save_events(vera, [two.pk])
    first, second = phone(bypass_csp=True), phone(bypass_csp=True)
    city = f"{live_server.url}/bengaluru/"
    first.goto(city)
    first.locator(f"[data-save='{one.id}']").first.click()
    _sign_in(first, live_server, vera)
    assert _kept(first) == _held(vera) == {one.id.hex, two.id.hex}

    # another device gets them, and what it takes out is taken out here too
    _sign_in(second, live_server, vera)
    assert _kept(second) == {one.id.hex, two.id.hex}
    second.goto(city)
    with second.expect_response(_MEETS):
        second.locator(f"[data-save='{one.id}']").first.click()
    second.wait_for_function(f"!localStorage.getItem('nocturne.saved.account').includes('{one.id.hex}')")
    assert _held(vera) == {two.id.hex}
    _meet(first, city)
    first.wait_for_function(f"!localStorage.getItem('nocturne.saved').includes('{one.id.hex}')")
    assert _kept(first) == {two.id.hex}

    # a request that fails changes nothing, and the same is told later
    first.route(_MEETS, lambda route: route.abort())
    with first.expect_event("requestfailed"):
        first.locator(f"[data-save='{three.id}']").first.click()
    assert _held(vera) == {two.id.hex}
    first.unroute(_MEETS)
    _meet(first, city)
    assert _kept(first) == _held(vera) == {two.id.hex, three.id.hex}

    # whoever signs out takes along what the account keeps
    first.goto(f"{live_server.url}/accounts/logout/")
    first.get_by_role("button", name="Sign out").click()
    first.wait_for_function("localStorage.getItem('nocturne.saved') === '[]'")
    assert _held(vera) == {two.id.hex, three.id.hex}
