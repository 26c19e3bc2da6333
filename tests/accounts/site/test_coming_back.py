"""Who signs up on the way to something comes back to it: `next` through sign-up, the mail, the confirmation and the sign-in."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from lxml import html

from tests.accounts.site.conftest import make_account
from tests.accounts.site.steps import EMAIL, PASSWORD, Visitor, link_in
from tests.factories import make_place

pytestmark = pytest.mark.django_db
HOSTILE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "\t//evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "evil.example",
    "//testserver/bengaluru/",
    "http://testserver/bengaluru/",
)


def _next_of(address: str) -> str:
    return parse_qs(urlsplit(address).query).get("next", [""])[0]


def _links(page: bytes, path: str) -> list[str]:
    return [
        str(href) for href in html.fromstring(page).xpath("//a/@href") if urlsplit(str(href)).path == path
    ]


def test_who_wanted_to_follow_and_had_no_account_follows_in_the_end(visitor):
    """Every step by what the page before it offers."""
    place = make_place(name="Blue Room")
    wanted = f"/for-me/follow/?kind=venue&key={place.pk.hex}"
    asked = visitor.get(wanted).url
    assert (urlsplit(asked).path, _next_of(asked)) == ("/accounts/login/", wanted)

    [to_signup] = set(_links(visitor.get(asked).content, "/accounts/signup/"))
    assert _next_of(to_signup) == wanted
    form = html.fromstring(visitor.get(to_signup).content).xpath("//main//form[.//input[@name='email']]")[0]
    sent = visitor.post(to_signup, {**dict(form.form_values()), "email": EMAIL, "password1": PASSWORD}).url
    assert (urlsplit(sent).path, _next_of(sent)) == ("/accounts/confirm/", wanted)
    assert {_next_of(link) for link in _links(visitor.get(sent).content, "/accounts/login/")} == {wanted}

    link = link_in()
    assert _next_of(link) == wanted
    elsewhere = Visitor()  # the mail is read on another device
    assert elsewhere.get(link).status_code == 200
    to_login = elsewhere.post(link).url
    assert (urlsplit(to_login).path, _next_of(to_login)) == ("/accounts/login/", wanted)
    assert elsewhere.post(to_login, {"login": EMAIL, "password": PASSWORD}).url == wanted
    assert "Blue Room" in elsewhere.get(wanted).content.decode()


def test_signing_in_before_the_address_is_confirmed_sends_a_mail_that_keeps_it_too(visitor):
    visitor.sign_up()
    answer = visitor.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD, "next": "/for-me/"})
    assert _next_of(answer.url) == "/for-me/"
    assert _next_of(link_in()) == "/for-me/"


def test_a_link_that_was_used_leads_to_the_sign_in_and_on(visitor):
    visitor.post("/accounts/signup/", {"email": EMAIL, "password1": PASSWORD, "next": "/for-me/"})
    link = link_in()
    visitor.post(link)
    assert {_next_of(each) for each in _links(Visitor().get(link).content, "/accounts/login/")} == {
        "/for-me/"
    }


def test_who_is_signed_in_already_goes_on_at_once(visitor):
    make_account()
    visitor.sign_in()
    assert visitor.get("/accounts/login/?next=/for-me/").url == "/for-me/"


def test_an_address_that_is_too_long_for_a_mail_is_left_out(visitor):
    to = f"/me/searches/new/?q={'a' * 1_000}"
    assert (
        visitor.post("/accounts/signup/", {"email": EMAIL, "password1": PASSWORD, "next": to}).url
        == "/accounts/confirm/"
    )
    assert "next=" not in link_in()


@pytest.mark.parametrize("to", HOSTILE)
def test_no_step_leads_to_another_site_or_keeps_its_address(visitor, to):
    sent = visitor.post("/accounts/signup/", {"email": EMAIL, "password1": PASSWORD, "next": to})
    assert sent.url == "/accounts/confirm/"
    link = link_in()
    assert "next=" not in link
    assert to not in mail.outbox[-1].body
    answer = visitor.post(f"{link}?next={to}")
    assert (answer.url, answer.status_code) == ("/accounts/login/", 302)
    assert (
        visitor.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD, "next": to}).url
        == "/accounts/"
    )
