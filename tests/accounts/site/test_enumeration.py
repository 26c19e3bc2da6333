"""No answer tells whether an address is known: status, body, mails and work are the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from tests.accounts.site.conftest import make_account
from tests.accounts.site.steps import EMAIL, STRONG, Visitor

pytestmark = pytest.mark.django_db
UNKNOWN = "nora@example.org"  # as long as EMAIL, and with the same letters in the page
CASES: dict[str, Callable[[Visitor, str], Any]] = {
    "sign up": lambda visitor, email: visitor.sign_up(email, STRONG),
    "sign in": lambda visitor, email: visitor.sign_in(email, "wrong"),
    "link by mail": lambda visitor, email: visitor.ask_for_link(email),
    "reset": lambda visitor, email: visitor.reset(email),
}


def answer_to(case: str, email: str) -> dict[str, Any]:
    """All that somebody at the other end sees, and the number of mails."""
    before, visitor = len(mail.outbox), Visitor()
    first = CASES[case](visitor, email)
    page = visitor.get(first.url) if first.status_code == 302 else first
    return {
        "status": (first.status_code, page.status_code),
        "location": first.headers.get("Location"),
        "cookies": sorted(visitor.cookies),
        "body": without_tokens(page.content.decode().replace(email, "EMAIL")),
        "mails": [each.to == [email] for each in mail.outbox[before:]],
    }


def without_tokens(page: str) -> str:
    """The page without the token against forged requests, which is another each time."""
    parts = page.split('name="csrfmiddlewaretoken" value="')
    return parts[0] + "".join(part.split('"', 1)[1] for part in parts[1:])


@pytest.mark.parametrize("state", ["open", "closed", "unverified", "staff"])
@pytest.mark.parametrize("case", CASES)
def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(case, state):
    make_account(is_active=state != "closed", verified=state != "unverified", is_staff=state == "staff")
    assert answer_to(case, EMAIL) == answer_to(case, UNKNOWN)


@pytest.mark.parametrize("case", CASES)
def test_as_many_passwords_are_hashed_for_both(case, hashes):
    make_account()
    hashes.clear()
    answer_to(case, EMAIL)
    known, _ = len(hashes), hashes.clear()
    answer_to(case, UNKNOWN)
    assert known == len(hashes)


def test_a_mail_server_that_refuses_is_not_told(monkeypatch, vera):
    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    assert (Visitor().reset().status_code, Visitor().reset(UNKNOWN).status_code) == (302, 302)
