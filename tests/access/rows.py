"""The table of rights: `table/APP.txt`, one row a line. docs/rights.md describes how to add one.

A row has an answer for each actor of COLUMNS. Those of NAMED follow from it, unless the row says otherwise at its end
(`organizer=ok key=403`): `organizer` and `other` get the answer of `person`, `key` that of `anonymous`, except that the
API answers a key that does not open it with 403 in place of 401.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.contrib import admin
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from tests.access.actors import ACTORS, COLUMNS, NAMED

TABLE: Final = Path(__file__).parent / "table"
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
#: What a method without a row must answer to everybody.
NOT_LISTED: Final = "405"


@dataclass(frozen=True, slots=True)
class Row:
    """The answer to each of ACTORS, in their order.

    `method` is one of METHODS, `action NAME` of an admin's list, or `topic` of the live feed.
    """

    target: str
    method: str
    answers: tuple[str, ...]


def rows(app: str = "*") -> list[Row]:
    """The rows of an app, or all; those of several methods are split."""
    return [
        row
        for path in sorted(TABLE.glob(f"{app}.txt"))
        for line in path.read_text().splitlines()
        for row in _read(line)
    ]


def _read(line: str) -> list[Row]:
    if not line.strip() or line.startswith("#"):
        return []
    words = line.split()
    said = dict(word.split("=") for word in words if "=" in word)
    words = [word for word in words if "=" not in word]
    assert len(words) > len(COLUMNS) + 1, f"Needs an answer for each of {', '.join(COLUMNS)}: {line}"
    assert said.keys() <= set(NAMED), f"Only {', '.join(NAMED)} are named: {line}"
    target, methods, answers = (
        words[0].removeprefix("/"),
        words[1 : -len(COLUMNS)],
        dict(zip(COLUMNS, words[-len(COLUMNS) :], strict=True)),
    )
    if methods[0] == "action":
        methods = [" ".join(methods)]
    return [Row(target, method, _all(target, answers, said)) for method in methods]


def _all(target: str, answers: Mapping[str, str], said: Mapping[str, str]) -> tuple[str, ...]:
    """The answers to ACTORS."""
    following = dict.fromkeys(NAMED, answers["person"])
    following["key"] = answers["anonymous"]
    if target.startswith("api/") and following["key"] == "401":
        following["key"] = "403"
    found = {**answers, **following, **said}
    return tuple(found[actor] for actor in ACTORS)


def doors() -> dict[str, URLPattern]:
    """Every URL pattern of the site by its route; of two with one route, the one that answers."""
    found: dict[str, URLPattern] = {}
    for route, pattern in _walk(get_resolver()):
        found.setdefault(route, pattern)
    return found


def actions() -> set[tuple[str, str]]:
    """Every action of every list in the admin, as (route of the list, name).

    Deleting selected rows counts where somebody may delete.
    """
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    return {
        (f"admin/{model._meta.app_label}/{model._meta.model_name}/", name)
        for model, desk in admin.site._registry.items()
        for name in desk.get_actions(request)
    }


def _walk(resolver: URLResolver, before: str = "") -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        found += _walk(one, route) if isinstance(one, URLResolver) else [(route.replace(" ", ""), one)]
    return found
