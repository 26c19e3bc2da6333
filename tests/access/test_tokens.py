"""A token opens what the session of the same person opens, and nothing else; it needs no CSRF token."""

from collections.abc import Mapping

from django.test import Client

from accounts.models import User
from accounts.tokens.families import start_family
from tests.access.actors import ACTORS, COLUMNS, PEOPLE, ask, outcome
from tests.access.rows import doors, rows
from tests.access.world import address

#: Methods of the API that do not answer everybody alike. Signing out takes tokens only.
GUARDED = [
    row
    for row in rows()
    if row.target.startswith("api/") and len(set(row.answers[: len(COLUMNS)])) > 1 and row.method != "HEAD"
]


def by_token(actor: str) -> Client:
    pair = start_family(User.objects.get(email=f"{actor}@example.org"), methods=("pwd", "otp"))
    return Client(
        headers={"Authorization": f"Bearer {pair.access}"},
        enforce_csrf_checks=True,
        raise_request_exception=False,
    )


def test_a_token_opens_what_the_table_says(world: Mapping[str, Client]):
    assert len(GUARDED) > 20
    people = {actor: by_token(actor) for actor in PEOPLE if actor != "key"}
    wanted, found = {}, {}
    for row in GUARDED:
        path = address(row.target, doors()[row.target])
        for actor, answer in zip(ACTORS, row.answers, strict=True):
            if actor not in people:
                continue
            wanted[row.target, row.method, actor] = answer
            found[row.target, row.method, actor] = outcome(ask(people[actor], row.method, path, token=False))
    assert found == wanted


def test_a_token_opens_no_page(world: Mapping[str, Client]):
    admin = by_token("admin")
    for path in ("/admin/", "/accounts/", "/mailbox/"):
        assert (path, outcome(admin.get(path))) == (path, "login")


def test_staff_with_a_token_by_password_alone_may_nothing_where_a_second_factor_is_asked_for(
    world: Mapping[str, Client], settings
):
    settings.STAFF_SECOND_FACTOR = True
    operator = User.objects.get(email="operator@example.org")
    answers = []
    for methods in (("pwd",), ("pwd", "otp")):
        access = start_family(operator, methods=methods).access
        api = Client(headers={"Authorization": f"Bearer {access}"})
        answers.append([api.get(path).status_code for path in ("/api/v1/admin/sources", "/api/v1/me")])
    assert answers == [[403, 200], [200, 200]]
