"""Every address and method, and every action of the admin, answers each actor as the table states.

A test takes all tables of a share, since each has to make its own world first.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from tests.access.actors import ACTORS, MOST, ask, each, outcome
from tests.access.rows import METHODS, NOT_LISTED, Row, actions, doors, rows
from tests.access.world import address

#: The routes in two shares, for two processes.
SHARES = 2
OF_METHODS = {(row.target, row.method): row.answers for row in rows() if row.method in METHODS}


@pytest.mark.parametrize("share", range(SHARES))
def test_every_address_answers_each_actor_as_the_table_says(world: Mapping[str, Client], share: int):
    wrong = {}
    for route in list(dict.fromkeys(target for target, _ in OF_METHODS))[share::SHARES]:
        path = address(route, doors()[route])
        for method in METHODS:
            for actor, answer in _asked(route, method).items():
                found = outcome(ask(world[actor], method, path))
                if found != answer:
                    wrong[route, method, actor] = f"{found}, not {answer}"
    assert wrong == {}


def _asked(route: str, method: str) -> dict[str, str]:
    """The actors to test and their expected answers.

    All of them; for HEAD, which is a GET, and for a method without a row, the one who may most, and for HEAD the one
    who may least too.
    """
    answers = dict(zip(ACTORS, OF_METHODS.get((route, method), (NOT_LISTED,) * len(ACTORS)), strict=True))
    if (route, method) not in OF_METHODS:
        return {MOST: NOT_LISTED}
    if method == "HEAD":
        return {actor: answers[actor] for actor in (ACTORS[0], MOST)}
    return answers


def test_every_address_of_the_site_is_in_the_table():
    assert doors().keys() - {target for target, _ in OF_METHODS} == set()


def test_the_table_has_no_address_that_the_site_has_not():
    assert {target for target, _ in OF_METHODS} - doors().keys() == set()


def test_no_row_is_there_twice():
    assert [
        row for row, count in Counter((row.target, row.method) for row in rows()).items() if count > 1
    ] == []


def test_the_table_lists_the_actions_of_the_desk_and_no_others():
    assert {
        (row.target, row.method.removeprefix("action ")) for row in rows() if row.method.startswith("action ")
    } == actions()


def test_every_action_is_done_for_those_alone_who_may(
    world: Mapping[str, Client], monkeypatch: pytest.MonkeyPatch
):
    """By a form made by hand: what is not offered is not done either."""
    listed = [row for row in rows() if row.method.startswith("action ")]
    found = [
        Row(row.target, row.method, tuple(_acted(client, row, monkeypatch) for _, client in each(world)))
        for row in listed
    ]
    assert found == listed


def test_no_action_goes_without_asking_for_a_right():
    without = [
        f"{model._meta.label}.{name}"
        for model, desk in admin.site._registry.items()
        for function, name, _ in desk._get_base_actions()
        if not getattr(function, "allowed_permissions", None)
    ]
    assert without == []


def test_what_writes_by_session_asks_for_a_token(world: Mapping[str, Client]):
    """Of all that an admin may post, nothing is taken without one."""
    admins = ACTORS.index(MOST)
    posts = [
        row
        for row in rows()
        if row.method == "POST" and row.answers[admins] == "ok" and row.answers[0] != "ok"
    ]
    assert posts
    for row in posts:
        answer = ask(world[MOST], "POST", address(row.target, doors()[row.target]), token=False)
        assert (row.target, answer.status_code) == (row.target, 403)


def _acted(client: Client, row: Row, monkeypatch: pytest.MonkeyPatch) -> str:
    """ok where the action was carried out on the row; else the list's answer."""
    name, done = row.method.removeprefix("action "), []
    (model,) = (
        model
        for model in admin.site._registry
        if row.target == f"admin/{model._meta.app_label}/{model._meta.model_name}/"
    )
    desk = admin.site._registry[model]
    real = desk.get_actions

    def watched(request: Any) -> dict[str, Any]:
        offered = real(request)
        if name in offered:
            offered[name] = (lambda *args: done.extend(args[-1]), *offered[name][1:])
        return offered

    with monkeypatch.context() as patch:
        patch.setattr(desk, "get_actions", watched)
        first = model._default_manager.order_by("pk").values_list("pk", flat=True)[0]
        answer = ask(
            client, "POST", "/" + row.target, body={"action": name, "_selected_action": [str(first)]}
        )
    said = outcome(answer)
    return "ok" if done else "hidden" if said == "ok" else said


def test_rows_have_an_answer_for_each_actor():
    strange: dict[str, set[str]] = defaultdict(set)
    for row in rows():
        strange[row.target] |= set(row.answers) - {"ok", "login", "401", "403", "404", "405", "hidden"}
    assert {target: answers for target, answers in strange.items() if answers} == {}
