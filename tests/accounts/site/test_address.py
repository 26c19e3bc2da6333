"""The address of an account changes when both mailboxes have confirmed."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail

from accounts.models import AddressChange, User
from accounts.services.address import SECONDS
from audit.models import Entry
from tests.accounts.site.conftest import make_account
from tests.accounts.site.steps import EMAIL, PASSWORD, Visitor, link_in, mails_to
from tests.factories import NOW

pytestmark = pytest.mark.django_db
NEW = "vera.new@example.org"
PAGE = "/accounts/email/"


@pytest.fixture
def asked(owner: Visitor) -> dict[str, str]:
    """The links of both mails, by the mailbox."""
    owner.reauthenticate()
    owner.post(PAGE, {"email": NEW.upper()})
    return {each.to[0]: link_in(each) for each in mail.outbox[-2:]}


def address() -> str:
    return User.objects.get().email


def test_the_password_is_asked_for_first(owner):
    assert owner.post(PAGE, {"email": NEW}).url.startswith("/accounts/reauthenticate/")
    assert not AddressChange.objects.exists()


@pytest.mark.parametrize("order", [(EMAIL, NEW), (NEW, EMAIL)])
def test_the_address_changes_at_the_second_of_both_confirmations(asked, order):
    first, second = order
    Visitor().post(asked[first])
    assert address() == EMAIL
    assert "changed" in Visitor().post(asked[second]).content.decode()
    assert address() == NEW
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, True, True)]


def test_following_both_links_changes_nothing_before_the_buttons(asked):
    assert [Visitor().get(link).status_code for link in asked.values()] == [200, 200]
    assert address() == EMAIL


def test_one_mailbox_alone_changes_nothing_however_often(asked):
    for _ in range(3):
        Visitor().post(asked[NEW])
    assert address() == EMAIL


def test_the_old_address_is_told_and_the_log_too(asked):
    [Visitor().post(link) for link in asked.values()]
    assert mails_to(EMAIL)[-1] == "The address of your account changed"
    assert Entry.objects.filter(action="account.address_changed").count() == 1


def test_links_are_void_after_three_days_after_use_and_after_a_newer_wish(owner, asked):
    with time_machine.travel(NOW + timedelta(seconds=SECONDS + 60)):
        assert Visitor().post(asked[NEW]).status_code == 410
    owner.post(PAGE, {"email": "third@example.org"})
    assert Visitor().post(asked[NEW]).status_code == 410


def test_an_address_of_somebody_else_gives_the_same_answer_and_no_link(owner):
    make_account("taken@example.org")
    owner.reauthenticate()
    free, taken = owner.post(PAGE, {"email": NEW}), owner.post(PAGE, {"email": "taken@example.org"})
    assert (free.status_code, free.url) == (taken.status_code, taken.url)
    assert mails_to("taken@example.org") == ["You have an account at Nocturne"]
    assert len(mails_to(EMAIL)) == 2


def test_an_address_that_somebody_took_meanwhile_is_refused(asked):
    make_account(NEW)
    Visitor().post(asked[EMAIL])
    assert Visitor().post(asked[NEW]).status_code == 410
    assert User.objects.filter(email=EMAIL).exists()


def test_the_present_address_is_no_change(owner):
    owner.reauthenticate()
    assert "your address already" in owner.post(PAGE, {"email": EMAIL}).content.decode()


def test_an_address_that_the_admin_replaced_signs_nobody_in(vera):
    vera.email = NEW
    vera.save()
    Visitor().ask_for_link(EMAIL)
    assert mails_to(EMAIL) == ["No account at Nocturne with this address"]
    assert Visitor().sign_in(NEW).url == "/accounts/confirm/"


@pytest.mark.parametrize("code", ["hi", "kn", "es", "fr"])
def test_the_password_is_asked_for_in_every_language(owner, code) -> None:
    asked = owner.get(f"/{code}{PAGE}").url
    assert asked.startswith(f"/{code}/accounts/reauthenticate/")
    assert owner.get(asked).status_code == 200
    assert owner.post(asked, {"password": PASSWORD}).url == f"/{code}{PAGE}"
    assert owner.get(f"/{code}{PAGE}").status_code == 200
