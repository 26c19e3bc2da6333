"""Changing and resetting a password, and what ends with the old one."""

import pytest
from django.core import mail

from accounts.hashing import hashing_slots
from accounts.models import User
from audit.models import Entry
from tests.accounts.site.conftest import make_account
from tests.accounts.site.steps import EMAIL, PASSWORD, STRONG, Visitor, link_in, mails_to

pytestmark = pytest.mark.django_db
CHANGE = "/accounts/password/change/"
PRODUCTION = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]


def change(visitor: Visitor, old: str = PASSWORD, new: str = STRONG) -> int:
    return visitor.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new}).status_code


def test_a_new_password_ends_all_other_sessions_and_is_told(owner):
    other = Visitor()
    other.sign_in()
    assert change(owner) == 302
    assert (owner.is_in, other.is_in) == (True, False)
    assert mails_to(EMAIL) == ["Your password changed"]
    assert Entry.objects.filter(action="account.password_changed").exists()


def test_the_old_password_is_guessed_a_few_times_only(owner):
    assert [change(owner, old="wrong") for _ in range(6)] == [200] * 5 + [429]
    assert change(owner) == 429
    assert Visitor().sign_in().url == "/accounts/"


def test_an_easy_new_password_is_refused(owner):
    assert change(owner, new="password1234") == 200
    assert User.objects.get().check_password(PASSWORD)


def test_a_reset_by_mail_sets_the_password_and_ends_every_session(owner):
    stranger = Visitor()
    stranger.reset()
    form = stranger.get(link_in(), follow=True)
    stranger.post(form.request["PATH_INFO"], {"password1": STRONG, "password2": STRONG})
    assert not owner.is_in
    assert Visitor().sign_in(password=STRONG).url == "/accounts/"
    assert mails_to(EMAIL)[-1] == "Your password was reset"


def test_the_link_of_a_reset_works_once(visitor, vera):
    visitor.reset()
    link = link_in()
    path = visitor.get(link).url
    visitor.post(path, {"password1": STRONG, "password2": STRONG})
    assert "does not work" in Visitor().get(link).content.decode()


def test_a_reset_confirms_the_address_it_was_sent_to(visitor):
    make_account(verified=False)
    visitor.reset()
    visitor.post(visitor.get(link_in()).url, {"password1": STRONG, "password2": STRONG})
    assert visitor.sign_in(password=STRONG).url == "/accounts/"


def test_a_hash_of_former_versions_is_replaced_by_argon2id_at_sign_in(settings, visitor):
    settings.PASSWORD_HASHERS = PRODUCTION[::-1]
    make_account()
    settings.PASSWORD_HASHERS = PRODUCTION
    assert User.objects.get().password.startswith("pbkdf2_sha256$")
    visitor.sign_in()
    assert User.objects.get().password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    assert visitor.is_in


def test_the_settings_hash_with_argon2id_and_keep_reading_pbkdf2():
    from config import settings

    assert settings.PASSWORD_HASHERS == PRODUCTION


def test_a_crowd_of_sign_ups_gets_503_and_no_memory(visitor, monkeypatch):
    """All slots are taken: the answer comes without a hash of 100 MB."""
    monkeypatch.setattr(hashing_slots, "_seconds", 0)
    held = [hashing_slots._free.acquire(blocking=False) for _ in range(2)]
    try:
        answer = visitor.sign_up()
    finally:
        [hashing_slots._free.release() for _ in held]
    assert (answer.status_code, answer["Retry-After"], mail.outbox) == (503, "5", [])
