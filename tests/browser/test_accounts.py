"""An account on a phone, from sign-up over a passkey to its end, and without script."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.models import Erasure, User
from accounts.privacy.erasing import carry_out
from events.models import Event
from tests.browser.conftest import elsewhere
from tests.browser.house import cookie_of, make_house

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
EMAIL, PASSWORD = "vera@example.org", "quiet lantern over harbour"
INSIDE = (
    "",
    "email/",
    "password/change/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "sessions/",
    "export/",
    "close/",
    "logout/",
)


def link_of_newest() -> str:
    """The path of the link in the newest mail."""
    links = re.findall(re.escape(settings.SITE_URL) + r"(/accounts/\S+)", mail.outbox[-1].body)
    return str(links[0])


def add_authenticator(page: "Page") -> None:
    """A phone that makes passkeys and knows its owner's face."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip


@pytest.fixture
def vera(transactional_db: None) -> User:
    person = User.objects.create_user(EMAIL, PASSWORD)
    EmailAddress.objects.create(user=person, email=EMAIL, verified=True, primary=True)
    return person


def sign_in(page: "Page", url: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/accounts/")


def show_password(page: "Page") -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def test_a_person_signs_up_uses_a_passkey_and_leaves(
    phone: "Callable[..., Page]", live_server: Any, transactional_db: None
) -> None:
    page = phone()
    add_authenticator(page)
    page.goto(f"{live_server.url}/about/")
    page.get_by_role("link", name="Account").click()
    page.get_by_role("link", name="Make one").click()
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("heading", name="Check your mailbox").wait_for()
    page.goto(live_server.url + link_of_newest())
    page.get_by_role("button", name="Yes, confirm it").click()
    sign_in(page, live_server.url)
    page.get_by_role("link", name="Passkeys").click()
    page.get_by_role("link", name="Add a passkey").click()
    show_password(page)
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert mail.outbox[-1].subject in ("A passkey was added", "New recovery codes")
    page.goto(f"{live_server.url}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/accounts/")
    page.get_by_role("link", name="Erase the account").click()
    show_password(page)
    page.get_by_label("Yes, erase my account").check()
    page.get_by_role("button", name="Erase my account").click()
    page.get_by_role("heading", name="Your account is closed").wait_for()
    assert elsewhere(lambda: carry_out(Erasure.objects.get().pk))
    assert elsewhere(User.objects.count) == 0


def test_a_passkey_is_the_second_step(phone: "Callable[..., Page]", live_server: Any, vera: User) -> None:
    page = phone()
    add_authenticator(page)
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    show_password(page)
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url("**/accounts/")


def test_at_a_number_the_page_names_the_address_for_passkeys(
    phone: "Callable[..., Page]", live_server: Any, transactional_db: None
) -> None:
    page = phone()
    add_authenticator(page)
    page.goto(f"{live_server.url.replace('localhost', '127.0.0.1')}/accounts/login/")
    assert page.get_by_role("button", name="Use a passkey").count() == 0
    page.get_by_role("link", name="sign in at localhost").click()
    page.get_by_role("button", name="Use a passkey").wait_for()
    assert page.evaluate("window.isSecureContext && !!window.PublicKeyCredential")


def test_without_scripts_everything_but_passkeys_works(
    phone: "Callable[..., Page]", live_server: Any, vera: User
) -> None:
    page = phone(java_script_enabled=False)
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("link", name="Get a link by mail").click()
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_role("button", name="Send it").click()
    page.goto(live_server.url + link_of_newest())
    page.get_by_role("button", name="Yes, sign me in").click()
    page.get_by_role("link", name="Sessions").click()
    page.get_by_text("This browser").wait_for()
    assert not page.get_by_role("button", name="Use a passkey").is_visible()


def test_the_policy_of_the_site_refuses_nothing_on_these_pages(
    phone: "Callable[..., Page]", live_server: Any, vera: User
) -> None:
    page = phone()
    refused: list[str] = []
    page.on(
        "console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None
    )
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/accounts/email/")
    show_password(page)
    for path in INSIDE:
        page.goto(f"{live_server.url}/accounts/{path}")
    assert refused == []
    assert "unsafe" not in Client().get("/accounts/login/")["Content-Security-Policy"]


@pytest.mark.parametrize("width", [390, 375])
def test_the_top_of_a_page_is_one_row_for_who_is_signed_in(
    phone: "Callable[..., Page]", live_server: Any, night: list[Event], width: int
) -> None:
    house = elsewhere(lambda: make_house(night))
    page = phone(viewport={"width": width, "height": 800})
    page.context.add_cookies([elsewhere(lambda: cookie_of(house["ann"], live_server.url))])
    page.goto(live_server.url + "/bengaluru/")
    boxes = [
        page.locator(part).bounding_box() for part in (".mark >> nth=0", ".bell", ".account-link", "#theme")
    ]
    middles = {round(box["y"] + box["height"] / 2) for box in boxes if box}
    assert len(middles) == 1
    assert page.get_by_role("link", name="Account").is_visible()
