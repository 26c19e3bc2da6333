"""No line of any logger has the address or the network of whoever signs up, guesses, resets or leaves."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog
from django.core import mail

from accounts.models import Erasure, User
from accounts.privacy.erasing import carry_out
from config.logs import configure
from tests.accounts.site.steps import HERE, PASSWORD, Visitor, link_in

ADDRESS = "vera.lantern@example.org"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """All that the process logs, as it is written."""
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    made = configure(level="DEBUG", fmt="json", cache=False)["formatters"]["nocturne"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(**{name: each for name, each in made.items() if name != "()"})
    )
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.django_db(transaction=True)
def test_an_accounts_life_leaves_no_address_in_logs(lines: io.StringIO, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    visitor = Visitor()
    visitor.sign_up(ADDRESS)
    visitor.post(link_in())
    visitor.sign_in(ADDRESS, "a wrong password")
    visitor.reset(ADDRESS)
    visitor.sign_in(ADDRESS)
    visitor.reauthenticate(PASSWORD)
    visitor.post("/accounts/export/")
    visitor.post("/accounts/close/", {"sure": "on"})
    assert carry_out(Erasure.objects.get().pk)
    text = lines.getvalue()
    assert (User.objects.exists(), mail.outbox[-1].to) == (False, [ADDRESS])
    assert ("login_failed" in text, "request_finished" in text, "person_erased" in text) == (True, True, True)
    assert [word for word in (ADDRESS, "vera.lantern", HERE, HERE.rpartition(".")[0]) if word in text] == []
