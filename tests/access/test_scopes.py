"""A key of an organizer with one scope opens the methods of that scope (scopes.txt), as its person does, and refuses all others."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from django.utils import timezone

from accounts.keys.holding import KeyWish, make_key
from accounts.keys.scopes import Scope
from accounts.models import User
from tests.access.actors import ACTORS, ask, outcome
from tests.access.rows import METHODS, doors, rows
from tests.access.world import address

OWNER: Final = ACTORS.index("organizer")
KEY: Final = ACTORS.index("key")
#: A HEAD is a GET, which the table asks.
ROWS: Final = [
    row for row in rows() if row.target.startswith("api/") and row.method in METHODS and row.method != "HEAD"
]


def scopes() -> dict[tuple[str, str], str]:
    """The scope of each address and method that has one."""
    lines = (Path(__file__).parent / "scopes.txt").read_text().splitlines()
    words = [line.split() for line in lines if line and not line.startswith("#")]
    return {(target, method): scope for target, *methods, scope in words for method in methods}


def test_the_list_names_methods_and_scopes_that_there_are():
    assert scopes().keys() <= {(row.target, row.method) for row in ROWS}
    assert {*scopes().values()} == {*Scope}


@pytest.mark.parametrize("scope", Scope)
def test_a_key_with_one_scope_opens_what_the_list_says(world: Mapping[str, Client], scope: Scope):
    ends = timezone.now() + timedelta(days=1)
    person = User.objects.get(email="organizer@example.org")
    wish = KeyWish(name="a program", scopes=[scope], expires_at=ends)
    client = Client(
        headers={"Authorization": f"Bearer {make_key(person, wish, by=person, has_factor=False)[1]}"},
        enforce_csrf_checks=True,
        raise_request_exception=False,
    )
    needs, wrong = scopes(), {}
    for row in ROWS:
        needed = needs.get((row.target, row.method))
        wanted = row.answers[KEY]
        if needed is not None:
            wanted = row.answers[OWNER] if needed in (scope, Scope.EVENTS_READ) else "403"
        path = address(row.target, doors()[row.target])
        found = outcome(ask(client, row.method, path, token=False))
        if found != wanted:
            wrong[row.target, row.method] = f"{found}, not {wanted}"
    assert wrong == {}
