"""What people do on the pages of an account: by a Django client that checks CSRF as a browser's session would."""

from typing import Any, Final

from django.conf import settings
from django.core import mail
from django.test import Client

EMAIL, PASSWORD = "vera@example.org", "quiet lantern over harbour"
STRONG: Final = "seven umbrellas dance outside"
HERE, ELSEWHERE = "198.51.100.1", "203.0.113.9"


class Visitor(Client):
    """A browser at one address of the internet."""

    def __init__(self, address: str = HERE) -> None:
        super().__init__(REMOTE_ADDR=address)

    def sign_up(self, email: str = EMAIL, password: str = PASSWORD) -> Any:
        return self.post("/accounts/signup/", {"email": email, "password1": password})

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> Any:
        return self.post("/accounts/login/", {"login": email, "password": password})

    def ask_for_link(self, email: str = EMAIL, **query: str) -> Any:
        return self.post("/accounts/login/code/", {"email": email, **query})

    def reset(self, email: str = EMAIL) -> Any:
        return self.post("/accounts/password/reset/", {"email": email})

    def reauthenticate(self, password: str = PASSWORD) -> Any:
        return self.post("/accounts/reauthenticate/", {"password": password})

    @property
    def is_in(self) -> bool:
        return self.get("/accounts/").status_code == 200


def link_in(message: Any = None, *, part: str = "/accounts/") -> str:
    """The path of the first link into the account pages in a mail, of the newest by default."""
    body = (message or mail.outbox[-1]).body
    words = [word for word in body.split() if word.startswith(settings.SITE_URL + part)]
    return words[0].removeprefix(settings.SITE_URL)


def code_in(message: Any = None) -> str:
    """The sign-in code in a mail."""
    lines = (message or mail.outbox[-1]).body.splitlines()
    return next(line for line in lines if len(line) == 9 and line[4] == "-")


def mails_to(email: str) -> list[str]:
    """The subjects of the mails to an address."""
    return [each.subject for each in mail.outbox if each.to == [email]]
