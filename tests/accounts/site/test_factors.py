"""The second step: authenticator apps and recovery codes; passkeys are in tests/browser."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from accounts.crypto import decrypt
from accounts.rotation import on_older_keys, rotate_all
from audit.models import Entry
from tests.accounts.site.steps import EMAIL, PASSWORD, Visitor, link_in, mails_to
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SETUP, STEP = "/accounts/2fa/totp/activate/", "/accounts/2fa/authenticate/"


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def set_up(owner: Visitor) -> str:
    """Add an authenticator app. Returns its secret."""
    owner.reauthenticate()
    secret: str = owner.get(SETUP).context["form"].secret
    answer = owner.post(SETUP, {"code": code_of(secret)})
    assert answer.url == "/accounts/2fa/recovery-codes/"
    return secret


@pytest.fixture
def secret(owner: Visitor) -> str:
    return set_up(owner)


def later(**kinds: float) -> Any:
    """A code is accepted once: the next one comes with the next period."""
    return time_machine.travel(NOW + timedelta(**kinds))


def test_an_app_is_added_after_the_password_and_told(owner, django_capture_on_commit_callbacks):
    assert owner.get(SETUP).url.startswith("/accounts/reauthenticate/")
    with django_capture_on_commit_callbacks(execute=True):
        set_up(owner)
    assert "An authenticator app was added" in mails_to(EMAIL)
    assert {"account.factor_added", "account.recovery_codes_made"} <= set(
        Entry.objects.values_list("action", flat=True)
    )


def test_the_secret_is_encrypted_at_rest(owner, secret):
    held = Authenticator.objects.get(type="totp").data["secret"]
    assert held != secret
    assert decrypt(held) == secret


def test_a_retired_key_is_replaced_in_factors_too(settings, secret):
    settings.FIELD_ENCRYPTION_KEYS = ["n" * 40, *settings.FIELD_ENCRYPTION_KEYS]
    assert on_older_keys() == 2
    rotate_all()
    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    assert decrypt(Authenticator.objects.get(type="totp").data["secret"]) == secret
    assert on_older_keys() == 0


@pytest.mark.parametrize("way", ["password", "link"])
def test_no_way_in_goes_without_the_second_step(secret, way):
    visitor = Visitor()
    if way == "password":
        assert visitor.sign_in().url == STEP
    else:
        visitor.ask_for_link()
        assert visitor.post(link_in(part="/accounts/login/magic-link/")).url == STEP
    assert not visitor.is_in
    with later(minutes=2):
        assert visitor.post(STEP, {"code": code_of(secret)}).url == "/accounts/"
        assert visitor.is_in


def test_a_passkey_is_asked_of_those_only_who_have_one(secret):
    visitor = Visitor()
    visitor.sign_in()
    page = visitor.get(STEP, HTTP_HOST="localhost").content
    assert b"authenticator app" in page
    assert b"passkey" not in page


def test_a_code_is_accepted_once(secret):
    first, second = Visitor(), Visitor()
    first.sign_in()
    second.sign_in()
    with later(minutes=2):
        assert first.post(STEP, {"code": code_of(secret)}).status_code == 302
        assert second.post(STEP, {"code": code_of(secret)}).status_code == 200


def test_codes_are_guessed_a_few_times_only_by_whoever_has_the_password(secret):
    guesser = Visitor()
    guesser.sign_in()
    assert [guesser.post(STEP, {"code": "000000"}).status_code for _ in range(8)] == [200] * 5 + [429] * 3
    assert guesser.post(STEP, {"code": code_of(secret)}).status_code == 429


def test_a_recovery_code_works_once_and_is_recorded(owner, secret):
    code = owner.get("/accounts/2fa/recovery-codes/").context["unused_codes"][0]
    answers = []
    for _ in range(2):
        visitor = Visitor()
        visitor.sign_in()
        answers.append(visitor.post(STEP, {"code": code}).status_code)
    assert answers == [302, 200]
    assert Entry.objects.filter(action="account.recovery_code_used").count() == 1


def test_new_recovery_codes_void_the_old_ones(owner, secret, django_capture_on_commit_callbacks):
    page = "/accounts/2fa/recovery-codes/"
    before = owner.get(page).context["unused_codes"]
    with django_capture_on_commit_callbacks(execute=True):
        owner.post(f"{page}generate/")
    assert set(before).isdisjoint(owner.get(page).context["unused_codes"])
    assert "New recovery codes" in mails_to(EMAIL)


def test_removing_the_app_is_told_and_recorded(owner, secret):
    owner.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert "The authenticator app was removed" in mails_to(EMAIL)
    assert Visitor().sign_in(EMAIL, PASSWORD).url == "/accounts/"
