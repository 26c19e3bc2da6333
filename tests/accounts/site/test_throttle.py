"""Guessers meet a limit whichever way they come, and the right person gets in."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from accounts.limits import ACCOUNT_MAILS, MAILED, REGISTRATIONS
from accounts.models import GuessCount, User
from tests.accounts.site.conftest import make_account
from tests.accounts.site.steps import EMAIL, Visitor, code_in, link_in, mails_to
from tests.factories import NOW

pytestmark = pytest.mark.django_db
WRONG, WAIT = 200, 429
MAGIC = "/accounts/login/magic-link/"


def in_network(number: int) -> str:
    """An address of one /64, as many as wanted."""
    return f"2001:db8:1:2::{number:x}"


def statuses(answers) -> dict[int, int]:
    found = [answer.status_code for answer in answers]
    return {status: found.count(status) for status in set(found)}


def test_sixty_guesses_are_five_and_a_wait(vera):
    guesser = Visitor()
    assert statuses(guesser.sign_in(password=f"wrong {n}") for n in range(60)) == {WRONG: 5, WAIT: 55}
    answer = guesser.sign_in()
    assert answer.status_code == WAIT
    assert int(answer["Retry-After"]) > 0
    assert "Too many passwords were tried" in answer.content.decode()


def test_credentials_tried_at_many_accounts_from_one_network_meet_its_limit(db):
    for number in range(40):
        make_account(f"person{number}@example.org", password=None)
    tried = (
        Visitor(in_network(number)).sign_in(f"person{number}@example.org", "stuffed from a leak")
        for number in range(40)
    )
    assert statuses(tried) == {WRONG: 20, WAIT: 20}


def test_one_account_guessed_from_many_addresses_meets_its_own_limit(vera):
    tried = (Visitor(f"203.0.113.{number}").sign_in(password="wrong") for number in range(60))
    assert statuses(tried) == {WRONG: 20, WAIT: 40}


def test_the_owner_gets_in_by_mail_while_strangers_guess(vera):
    for number in range(30):
        Visitor(f"203.0.113.{number}").sign_in(password="wrong")
    owner = Visitor("192.0.2.7")
    assert owner.sign_in().status_code == WAIT
    owner.ask_for_link()
    owner.post(link_in(part=MAGIC))
    assert owner.is_in


def test_a_browser_that_its_owner_used_is_not_kept_out(owner):
    owner.post("/accounts/logout/")
    for number in range(30):
        Visitor(f"203.0.113.{number}").sign_in(password="wrong")
    assert owner.sign_in().status_code == 302


def test_guesses_at_the_site_and_at_codes_count_together(vera):
    guesser = Visitor()
    for _ in range(4):
        guesser.sign_in(password="wrong")
    guesser.ask_for_link()
    codes = [
        guesser.post("/accounts/login/code/confirm/", {"code": "BBBB-BBBB"}).status_code for _ in range(2)
    ]
    assert codes == [WRONG, WAIT]


def test_guesses_at_the_site_count_at_the_admin_and_the_api(vera):
    guesser = Visitor()
    for _ in range(5):
        guesser.sign_in(password="wrong")
    assert guesser.post("/admin/login/", {"username": EMAIL, "password": "wrong"}).status_code == WAIT
    answer = guesser.post(
        "/api/v1/auth/login", {"email": EMAIL, "password": "wrong"}, content_type="application/json"
    )
    assert answer.status_code == WAIT


def test_a_right_code_is_no_guess(visitor, vera):
    visitor.ask_for_link()
    visitor.post("/accounts/login/code/confirm/", {"code": code_in()})
    assert sum(GuessCount.objects.values_list("count", flat=True)) == 0


def test_an_address_gets_few_mails_however_many_ask_and_the_page_says_the_same(vera):
    answers = [Visitor(f"203.0.113.{number}").ask_for_link() for number in range(9)]
    assert statuses(answers) == {302: 9}
    assert len(mails_to(EMAIL)) == MAILED.limit


def test_a_link_that_came_still_works_when_no_more_are_sent(vera):
    for number in range(9):
        Visitor(f"203.0.113.{number}").ask_for_link()
    visitor = Visitor()
    visitor.post(link_in(mail.outbox[0], part=MAGIC))
    assert visitor.is_in


@pytest.mark.parametrize(
    ("path", "field", "limit"),
    [
        ("/accounts/signup/", "email", REGISTRATIONS.limit),
        ("/accounts/password/reset/", "email", ACCOUNT_MAILS.limit),
        ("/accounts/login/code/", "email", ACCOUNT_MAILS.limit),
    ],
)
def test_a_network_asks_for_so_many_mails_an_hour(db, path, field, limit):
    asked = [
        Visitor(in_network(number)).post(
            path, {field: f"p{number}@example.org", "password1": "quiet lantern over harbour"}
        )
        for number in range(limit + 1)
    ]
    assert statuses(asked) == {302: limit, WAIT: 1}
    assert int(asked[-1]["Retry-After"]) > 0
    with time_machine.travel(NOW + timedelta(hours=1, minutes=1)):
        assert (
            Visitor(in_network(1))
            .post(path, {field: "late@example.org", "password1": "quiet lantern over harbour"})
            .status_code
            == 302
        )


def test_refused_requests_make_no_account(db):
    for number in range(REGISTRATIONS.limit + 5):
        Visitor().sign_up(f"p{number}@example.org")
    assert User.objects.count() == REGISTRATIONS.limit
