"""The pages of one's API keys."""

import re

import pytest

from accounts.models import ApiKey, User
from tests.accounts.site.conftest import make_account
from tests.accounts.site.steps import PASSWORD, STRONG, Visitor
from tests.factories import make_person

pytestmark = pytest.mark.django_db
PAGE, NEW = "/accounts/keys/", "/accounts/keys/new/"
WISH = {"name": "calendar", "scopes": ["me:read"], "days": "90"}


def made(owner: Visitor, **more: object) -> str:
    """The key, as the page shows it."""
    page = owner.post(NEW, {**WISH, **more}).content.decode()
    return re.findall(r'value="(noc_[0-9A-Za-z]+)"', page)[0]


def test_making_one_asks_for_the_password(owner):
    answer = owner.post(NEW, WISH)
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert ApiKey.objects.count() == 0


def test_a_key_is_shown_once_and_listed_with_what_it_may(owner):
    owner.reauthenticate()
    key = made(owner)
    assert Visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    page = owner.get(PAGE).content.decode()
    assert key not in page
    for words in ("calendar", key[:10], "read your account", "last used"):
        assert words in page


def test_the_page_is_not_kept_by_browsers(owner):
    owner.reauthenticate()
    assert "no-store" in owner.post(NEW, WISH)["Cache-Control"]


def test_revoking_on_the_page(owner):
    owner.reauthenticate()
    key = made(owner)
    owner.post(PAGE, {"key": str(ApiKey.objects.get().pk)})
    assert Visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert "revoked" in owner.get(PAGE).content.decode()


def test_nobody_revokes_somebody_elses(owner):
    owner.reauthenticate()
    made(owner)
    make_account("eve@example.org")
    eve = Visitor()
    eve.sign_in("eve@example.org")
    for which in (str(ApiKey.objects.get().pk), "nonsense"):
        eve.post(PAGE, {"key": which})
    assert ApiKey.objects.get().ended_at is None


def test_a_new_password_ends_the_keys(owner):
    owner.reauthenticate()
    key = made(owner)
    owner.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": STRONG, "password2": STRONG}
    )
    assert Visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_what_is_wrong_stands_beside_its_field(owner):
    owner.reauthenticate()
    page = owner.post(NEW, {**WISH, "name": "<i></i>"}).content.decode()
    assert 'id="id_name_error"' in page
    assert ApiKey.objects.count() == 0


def test_staff_choose_among_their_own_rights():
    make_account("mod@example.org", is_staff=True)
    mod = User.objects.get(email="mod@example.org")
    mod.user_permissions.set(make_person(rights=["sources.add_pause"]).user_permissions.all())
    browser = Visitor()
    browser.sign_in("mod@example.org")
    browser.reauthenticate()
    page = browser.get(NEW).content.decode()
    assert ("sources.add_pause" in page, "oversee_city" in page) == (True, False)
    made(browser, rights=["sources.add_pause"])
    assert ApiKey.objects.get().rights == ["sources.add_pause"]
