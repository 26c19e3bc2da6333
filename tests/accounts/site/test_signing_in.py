"""Signing in by password and by a mail, and where it leads."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail

from accounts.models import User
from accounts.sessions import ADMIN_IDLE_SECONDS
from accounts.site import links
from audit.models import Entry
from tests.accounts.site.conftest import make_account
from tests.accounts.site.steps import EMAIL, STRONG, Visitor, code_in, link_in
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MAGIC = "/accounts/login/magic-link/"


def test_the_right_password_opens_the_account(visitor, vera):
    assert visitor.sign_in().url == "/accounts/"
    assert visitor.is_in


def test_the_session_gets_a_new_key_at_sign_in(visitor, vera):
    visitor.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    before = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.sign_in()
    assert visitor.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_session_of_staff_ends_when_idle_and_not_in_two_weeks(visitor):
    make_account(is_staff=True)
    visitor.sign_in()
    assert visitor.session.get_expiry_age() <= ADMIN_IDLE_SECONDS


def test_a_closed_account_stays_closed(visitor, vera):
    User.objects.update(is_active=False)
    visitor.sign_in()
    assert not visitor.is_in
    visitor.ask_for_link()
    assert "No account" in mail.outbox[-1].subject


def test_the_link_signs_in_after_one_more_press(visitor, vera):
    visitor.ask_for_link()
    assert "Yes, sign me in" in visitor.get(link_in(part=MAGIC)).content.decode()
    assert not visitor.is_in
    assert visitor.post(link_in(part=MAGIC)).url == "/accounts/"
    assert visitor.is_in


def test_the_link_works_in_another_browser_and_once(visitor, vera):
    visitor.ask_for_link()
    assert Visitor().post(link_in(part=MAGIC)).status_code == 302
    again = Visitor()
    assert again.post(link_in(part=MAGIC)).status_code == 410
    assert not again.is_in


def test_the_link_works_for_a_quarter_of_an_hour(visitor, vera):
    visitor.ask_for_link()
    with time_machine.travel(NOW + timedelta(seconds=links.SECONDS + 60)):
        assert visitor.get(link_in(part=MAGIC)).status_code == 410


@pytest.mark.parametrize("change", ["password", "email"])
def test_the_link_is_void_after_a_change_of_the_account(visitor, vera, change):
    visitor.ask_for_link()
    vera.set_password(STRONG) if change == "password" else setattr(vera, "email", "other@example.org")
    vera.save()
    assert visitor.post(link_in(part=MAGIC)).status_code == 410


@pytest.mark.parametrize("token", ["x", "WyIxIiwiMiJd:1tGgE7:abc", "0" * 500])
def test_a_link_that_is_not_ours_is_refused(visitor, vera, token):
    assert visitor.post(f"{MAGIC}{token}/").status_code == 410


def test_the_link_ends_the_session_of_somebody_else(owner):
    make_account("other@example.org")
    owner.ask_for_link("other@example.org")
    token = links.token_for(User.objects.get(email="other@example.org"))
    owner.post(f"{MAGIC}{token}/")
    assert "other@example.org" in owner.get("/accounts/").content.decode()


def test_the_code_of_the_mail_signs_in_where_it_was_asked_for(visitor, vera):
    visitor.ask_for_link()
    assert visitor.post("/accounts/login/code/confirm/", {"code": code_in().lower()}).url == "/accounts/"
    assert visitor.is_in


def test_who_waits_for_a_mail_may_choose_another_way(visitor, vera):
    visitor.ask_for_link()
    assert visitor.sign_in().url == "/accounts/login/code/confirm/"
    assert "Sign in another way" in visitor.get("/accounts/login/code/confirm/").content.decode()
    assert visitor.post("/accounts/logout/", {"next": "/accounts/login/"}).url == "/accounts/login/"
    assert visitor.sign_in().url == "/accounts/"


def test_three_wrong_codes_end_the_attempt(visitor, vera):
    visitor.ask_for_link()
    wrong = [
        visitor.post("/accounts/login/code/confirm/", {"code": "BBBB-BBBB"}).status_code for _ in range(3)
    ]
    assert wrong == [200, 200, 302]
    visitor.post("/accounts/login/code/confirm/", {"code": code_in()})
    assert not visitor.is_in


@pytest.mark.parametrize("way", ["password", "link", "code"])
def test_every_way_leads_back_to_where_one_came_from(visitor, vera, way):
    to = "/bengaluru/"
    if way == "password":
        answer = visitor.post(
            f"/accounts/login/?next={to}", {"login": EMAIL, "password": "quiet lantern over harbour"}
        )
    else:
        visitor.ask_for_link(next=to)
        answer = (
            visitor.post(link_in(part=MAGIC), follow=False)
            if way == "link"
            else visitor.post("/accounts/login/code/confirm/", {"code": code_in(), "next": to})
        )
    assert answer.url == to


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://localhost/x",
    ],
)
def test_no_way_leads_to_another_site(visitor, vera, to):
    assert (
        visitor.post(
            "/accounts/login/", {"login": EMAIL, "password": "quiet lantern over harbour", "next": to}
        ).url
        == "/accounts/"
    )
    Visitor().ask_for_link(next=to)
    assert "next=" not in link_in(part=MAGIC)


def test_sign_ins_and_sign_outs_are_in_the_log(visitor, vera):
    visitor.sign_in()
    visitor.post("/accounts/logout/")
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == [
        "account.signed_in",
        "account.signed_out",
    ]


def test_a_page_of_the_site_leads_to_the_account(visitor, vera):
    link = re.compile(r'href="/accounts/">(<svg.*?</svg>)?<span>Account</span></a>')
    assert link.search(visitor.get("/about/").content.decode())
    visitor.sign_in()
    assert link.search(visitor.get("/about/").content.decode())


def test_passkeys_are_offered_at_a_name_and_named_at_a_number(visitor):
    assert (
        "http://localhost:8000/accounts/login/"
        in visitor.get("/accounts/login/", HTTP_HOST="127.0.0.1:8000").content.decode()
    )
    assert "Use a passkey" in visitor.get("/accounts/login/", HTTP_HOST="localhost:8000").content.decode()
