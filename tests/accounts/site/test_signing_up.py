"""Making an account: the address is confirmed by its owner before it opens anything."""

import pytest
from django.core import mail

from accounts.models import User
from tests.accounts.site.conftest import make_account
from tests.accounts.site.steps import EMAIL, PASSWORD, STRONG, Visitor, link_in, mails_to

pytestmark = pytest.mark.django_db


def test_an_account_opens_when_its_address_is_confirmed(visitor):
    assert visitor.sign_up().url == "/accounts/confirm/"
    assert not visitor.is_in
    assert "Yes, confirm it" in visitor.get(link_in()).content.decode()
    assert visitor.sign_in().url == "/accounts/confirm/"
    visitor.post(link_in(mail.outbox[0]))
    assert visitor.sign_in().url == "/accounts/"
    assert visitor.is_in


def test_following_the_link_confirms_nothing_before_the_button(visitor):
    visitor.sign_up()
    Visitor().get(link_in())
    assert visitor.sign_in().url == "/accounts/confirm/"


def test_the_link_confirms_in_any_browser(visitor):
    visitor.sign_up()
    Visitor().post(link_in())
    assert visitor.sign_in().url == "/accounts/"


def test_the_mail_is_text_and_html_and_names_the_site(visitor, settings):
    visitor.post("/accounts/signup/", {"email": EMAIL, "password1": PASSWORD}, HTTP_HOST="localhost")
    (message,) = mail.outbox
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert settings.SITE_URL + "/accounts/confirm/" in message.body
    assert settings.SITE_URL + "/accounts/confirm/" in html
    assert "localhost" not in message.body.replace(settings.SITE_URL, "")


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("elevenchars", "at least 12 characters"),
        ("password1234", "too common"),
        ("nocturne2026", "easy to guess"),
        ("vera@example.org1", "easy to guess"),
        ("qwertyuiop123456", "easy to guess"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaa", "easy to guess"),
    ],
)
def test_an_easy_password_is_refused_with_the_reason(visitor, password, complaint):
    assert complaint in visitor.sign_up(password=password).content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "password", ["quiet lantern over harbour", "94815072663018", "ßüñ日本語のパスワード集合"]
)
def test_no_rule_asks_for_kinds_of_characters(visitor, password):
    assert visitor.sign_up(password=password).url == "/accounts/confirm/"


def test_whoever_proves_the_mailbox_owns_the_account_that_a_stranger_made(visitor):
    """The stranger's password is void once the owner comes in by mail."""
    Visitor().sign_up(password=STRONG)
    visitor.ask_for_link()
    visitor.post(link_in(part="/accounts/login/magic-link/"))
    assert visitor.is_in
    stranger = Visitor()
    stranger.sign_in(password=STRONG)
    assert not stranger.is_in


def test_a_known_address_gets_a_mail_instead_of_a_second_account(visitor):
    make_account()
    visitor.sign_up(password=STRONG)
    assert User.objects.count() == 1
    assert mails_to(EMAIL) == ["You have an account at Nocturne"]
