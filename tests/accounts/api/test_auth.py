"""`/api/v1/auth/`: from registration to sign-out, and answers that tell nothing."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import TokenFamily, User
from accounts.tokens.families import read_access
from audit.models import Entry
from pipeline import patterns
from tests.accounts.api.conftest import client_of
from tests.factories import NOW, make_person
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
EMAIL, NEW = "nora@example.org", "seven gulls over the harbour"
SECRET = "JBSWY3DPEHPK3PXP"
LINK = patterns.compile(r"/accounts/(?:confirm|password/reset)/([^\s\"<>]+?)/?(?=[\s\"<>])", longest=100_000)


def ask(what: str, client: Client | None = None, **body):
    return (client or Client()).post(f"/api/v1/auth/{what}", body, content_type="application/json")


def key_of_mail() -> str:
    """The last part of the link in the last mail."""
    return LINK.search(str(mail.outbox[-1].body))[1]


def verified(person: User) -> User:
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def login(email: str = "vera@example.org", password: str = PASSWORD, **more):
    return ask("login", email=email, password=password, **more)


def fields(answer) -> list[str]:
    assert answer["Content-Type"] == "application/problem+json"
    return sorted({row["field"] for row in answer.json().get("errors", [])})


@pytest.fixture
def member(vera: User) -> User:
    return verified(vera)


def test_from_registration_to_sign_out():
    assert ask("register", email=EMAIL, password=NEW, name="Nora").status_code == 202
    assert login(EMAIL, NEW).status_code == 401
    assert ask("verify", key=key_of_mail()).status_code == 200
    tokens = login(EMAIL, NEW).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    api = client_of(tokens["access"])
    assert api.get("/api/v1/me").json()["name"] == "Nora"
    after = ask("refresh", refresh=tokens["refresh"]).json()
    assert ask("logout", refresh=after["refresh"]).status_code == 204
    assert [ask("refresh", refresh=after["refresh"]).status_code, api.get("/api/v1/me").status_code] == [
        401,
        401,
    ]


def test_no_answer_sets_a_cookie_or_a_session(member):
    ask("register", email=EMAIL, password=NEW)
    answers = [
        ask("verify", key=key_of_mail()), login(), ask("register", email=member.email, password=NEW),
        ask("password-reset", email=member.email), ask("password-reset/confirm", key=key_of_mail(), password=NEW),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200, 202, 202, 200]
    assert [dict(answer.cookies) for answer in answers] == [{}] * 5
    assert not Session.objects.exists()


def told(answer):
    return answer.status_code, {**answer.json(), "request_id": "", "instance": ""}, sorted(answer.headers)


def test_no_answer_tells_whether_an_address_has_an_account(member):
    closed = verified(make_person(email="closed@example.org", is_staff=False))
    User.objects.filter(pk=closed.pk).update(is_active=False)
    make_person(email="unverified@example.org", is_staff=False)
    known = (member.email, closed.email, "unverified@example.org")
    for asked in (
        lambda email: ask("register", email=email, password=NEW),
        lambda email: ask("password-reset", email=email),
        lambda email: login(email, "a wrong password"),
    ):
        assert {str(told(asked(email))) for email in known} == {str(told(asked("nobody@example.org")))}
    assert str(told(login("unverified@example.org"))) == str(told(login("nobody@example.org")))


def test_an_address_that_is_not_confirmed_gets_its_mail_again_within_limits():
    make_person(email=EMAIL, is_staff=False)
    answers = [login(EMAIL).status_code for _ in range(7)]
    assert (answers, len(mail.outbox)) == ([401] * 7, 5)
    assert ask("verify", key=key_of_mail()).status_code == 200
    assert login(EMAIL).status_code == 200


def test_staff_whose_address_is_not_confirmed_are_told_so_once_the_password_is_right():
    make_person(email=EMAIL, is_staff=True)
    wrong, right = login(EMAIL, "a wrong password"), login(EMAIL)
    assert (wrong.status_code, fields(wrong), right.status_code, fields(right)) == (401, [], 401, ["email"])
    assert "this address is not confirmed" in right.json()["detail"]
    assert ask("verify", key=key_of_mail()).status_code == 200
    assert login(EMAIL).status_code == 200


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"email": "x", "password": NEW}, ["email"]),
        ({"email": EMAIL, "password": "short"}, ["password"]),
        ({"email": EMAIL, "password": "password1234"}, ["password"]),
        ({"email": EMAIL}, ["password"]),
        ({}, ["email", "password"]),
        ({"email": EMAIL, "password": NEW, "name": 0}, ["name"]),
        ({"email": EMAIL, "password": 123456789012}, ["password"]),
    ],
)
def test_a_registration_that_is_refused_names_the_field(body, wrong):
    answer = ask("register", **body)
    assert (answer.status_code, fields(answer)) == (400, wrong)
    assert not User.objects.exists()


def test_a_new_password_comes_by_mail_and_ends_every_sign_in(member):
    before = login().json()
    ask("password-reset", email=member.email)
    key = key_of_mail()
    assert fields(ask("password-reset/confirm", key=key, password="short")) == ["password"]
    assert ask("password-reset/confirm", key=key, password=NEW).status_code == 200
    assert ask("refresh", refresh=before["refresh"]).status_code == 401
    assert client_of(before["access"]).get("/api/v1/me").status_code == 401
    assert fields(ask("password-reset/confirm", key=key, password=NEW)) == ["key"]
    assert (login().status_code, login(password=NEW).status_code) == (401, 200)


@pytest.mark.parametrize("key", ["", "x", "-", "4x-", "zzzzzzzzzzzzzz-y", "MQ:1vM2x1:forged", "\u0661-x"])
def test_made_up_keys_are_refused(member, key):
    assert fields(ask("verify", key=key)) == ["key"]
    assert fields(ask("password-reset/confirm", key=key, password=NEW)) == ["key"]


def test_a_used_refresh_token_ends_the_sign_in_and_says_so(member):
    first = login().json()
    second = ask("refresh", refresh=first["refresh"]).json()
    again = ask("refresh", refresh=first["refresh"])
    assert (again.status_code, again["WWW-Authenticate"]) == (401, 'Bearer realm="Nocturne"')
    assert "used before" in again.json()["detail"]
    assert ask("refresh", refresh=second["refresh"]).status_code == 401
    assert Entry.objects.filter(action="account.tokens_revoked").count() == 1


def test_signing_out_takes_either_token_and_forgives_others(member):
    one, two, three = (login().json() for _ in range(3))
    assert ask("logout", client_of(one["access"])).status_code == 204
    assert [ask("logout", refresh=token).status_code for token in (one["refresh"], "x")] == [204, 204]
    assert [ask("logout", client).status_code for client in (None, client_of("x"))] == [401, 401]
    assert ask("logout", client_of("x"), refresh=two["refresh"], everywhere=True).status_code == 204
    assert ask("refresh", refresh=three["refresh"]).status_code == 401


# --- The second factor


def code() -> str:
    """The present code of the authenticator app."""
    return format_hotp_value(hotp_value(SECRET, list(yield_hotp_counters_from_time())[1]))


@pytest.fixture
def guarded(member: User) -> User:
    TOTP.activate(member, SECRET)
    RecoveryCodes.activate(member)
    return member


def test_an_account_with_a_second_factor_needs_its_code(guarded):
    missing = login()
    assert (missing.status_code, fields(missing)) == (401, ["otp"])
    assert fields(login(otp="000000")) == ["otp"]
    assert fields(login(password="a wrong password", otp=code())) == []
    tokens = login(otp=code()).json()
    assert read_access(tokens["access"]).methods == ("pwd", "otp")


def test_a_code_works_once(guarded):
    same = code()
    assert [login(otp=same).status_code for _ in range(2)] == [200, 401]
    spare = RecoveryCodes.activate(guarded).get_unused_codes()[0]
    assert [login(otp=spare).status_code for _ in range(2)] == [200, 401]
    with time_machine.travel(NOW + timedelta(seconds=31)):  # still accepted, but for having been used
        cache.clear()
        assert login(otp=same).status_code == 401


def test_guesses_at_codes_have_to_wait_and_do_not_lock_the_password(guarded):
    answers = [login(otp=f"00000{n}").status_code for n in range(7)]
    assert answers == [401] * 5 + [429] * 2
    assert login().status_code == 401


# --- The throttle of all ways to sign in


def test_guesses_by_the_api_and_on_the_admin_count_together(member):
    knock = {"username": member.email, "password": "wrong"}
    for _ in range(3):
        Client().post("/admin/login/", knock)
    assert [login(password="wrong").status_code for _ in range(4)] == [401, 401, 429, 429]
    refused = login()
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert int(refused["Retry-After"]) > 0
    with time_machine.travel(NOW + timedelta(minutes=20)):
        assert login().status_code == 200


def test_mails_to_strangers_are_bounded_by_network_and_by_address(member):
    answers = [ask("password-reset", email=member.email).status_code for _ in range(22)]
    assert (answers, len(mail.outbox)) == ([202] * 20 + [429] * 2, 5)


def test_only_json_is_taken_so_that_no_foreign_form_signs_anybody_in(member):
    for what in (
        "register",
        "login",
        "refresh",
        "logout",
        "password-reset",
        "verify",
        "password-reset/confirm",
    ):
        answer = Client().post(f"/api/v1/auth/{what}", {"email": member.email, "password": PASSWORD})
        assert (what, answer.status_code) == (what, 415)
    assert not TokenFamily.objects.exists()
