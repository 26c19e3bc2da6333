"""Each role follows every link of the admin, and finds what the table of rights lets it open, and nothing else."""

import logging
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve
from lxml import html

from accounts.roles import Role
from events.models import Event
from tests.access.actors import make_actors
from tests.access.rows import METHODS, rows
from tests.access.world import make_world
from tests.factories import make_city, make_place, record_event

pytestmark = pytest.mark.django_db
LISTED = {(row.target.replace("^", ""), row.method): row.answers for row in rows() if row.method in METHODS}
#: Words that only rows of the stranger's city have.
FAR = "Farawayland"
#: Where one is signed out, and pages that are the same for everybody.
NOT_FOLLOWED = ("/admin/logout/", "/admin/jsi18n/", "/admin/password_change/")


@pytest.fixture
def actors(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Client]]:
    """A client for each actor, in a world of two cities."""
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    with transaction.atomic():
        clients = make_actors(make_world())
        record_event(title=f"{FAR} event", city="goa")
        make_place(name=f"{FAR} place", city=make_city(slug="goa"))
        yield clients
        transaction.set_rollback(True)


def walk(client: Client) -> Iterator[tuple[str, str, Any]]:
    """Each page of the admin that links lead to from its front page, one for each route: (route, address, answer)."""
    waiting, seen = deque(["/admin/"]), set()
    while waiting:
        address = waiting.popleft()
        path = urlsplit(address).path
        route = resolve(path).route.replace(" ", "")
        if route in seen or path in NOT_FOLLOWED:
            continue
        seen.add(route)
        answer = client.get(address, follow=True)
        yield route, address, answer
        if "html" in answer.get("Content-Type", ""):
            waiting.extend(links(answer.content, address))


def links(page: bytes, address: str) -> Iterator[str]:
    """The links of a page into the admin; of several to one route the first will do."""
    for link in html.fromstring(page).iterfind(".//a[@href]"):
        found = urljoin(address, str(link.get("href")))
        if found.startswith("/admin/"):
            yield found


def forms(page: bytes, address: str) -> Iterator[str]:
    """The addresses to which the forms of a page are sent; a form without a button shows a row that nobody changes."""
    for form in html.fromstring(page).iterfind(".//form"):
        target = urlsplit(urljoin(address, str(form.get("action") or ""))).path
        if form.find(".//button[@type='submit']") is None and form.find(".//input[@type='submit']") is None:
            continue
        if (
            str(form.get("method", "")).lower() == "post"
            and target.startswith("/admin/")
            and target not in NOT_FOLLOWED
        ):
            yield target


def answer_for(route: str, method: str, column: int) -> str:
    return LISTED.get((route.replace("^", ""), method), ("not in the table",) * (column + 1))[column]


@pytest.mark.parametrize("role", Role)
def test_a_role_finds_what_the_table_lets_it_open_and_nothing_else(actors: Mapping[str, Client], role: Role):
    column, wrong, seen = list(actors).index(role), {}, 0
    for route, address, answer in walk(actors[role]):
        seen += 1
        if answer.status_code != 200 or answer_for(route, "GET", column) != "ok":
            wrong[route] = (answer.status_code, answer_for(route, "GET", column))
        if "html" not in answer.get("Content-Type", ""):
            continue
        for target in forms(answer.content, address):
            reported = answer_for(resolve(target).route.replace(" ", ""), "POST", column)
            if reported != "ok":
                wrong[f"form on {route}"] = (target, reported)
        if role is Role.MODERATOR and FAR in answer.content.decode():
            wrong[f"of another city on {route}"] = (address, "")
    assert wrong == {}
    assert seen > 15
    assert Event.objects.filter(title=f"{FAR} event").exists()
