"""All addresses of the project with sample values, and the names of all parameters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

NOBODY = UUID(int=7)
_SAMPLES = {
    "int": "7",
    "uuid": str(NOBODY),
    "slug": "bengaluru",
    "ending": "ics",
    "path": "7",
    "str": "bengaluru",
}
_PART = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_GROUP = re.compile(r"\(\?P<(?P<name>\w+)>(?:\[[^\]]*\](?:\*|\{32\})?|[^()]*)\)")


@dataclass(frozen=True)
class Address:
    """One URL pattern.

    Its name, its path with samples, and the same path with `hostile` in place of each free part.
    """

    name: str
    path: str
    free: tuple[str, ...]

    def __str__(self) -> str:
        return self.path


def addresses() -> list[Address]:
    """All addresses, the admin's included, each once."""
    found = {}
    for route, name in _routes(get_resolver().url_patterns, "", ""):
        address = Address(
            name=name, path=_filled(route), free=tuple(_with(route, place) for place in _free(route))
        )
        found.setdefault(address.path, address)
    return list(found.values())


def _routes(patterns: list[Any], before: str, space: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + _plain(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield route, f"{space}{pattern.name or ''}"


def _plain(pattern: Any) -> str:
    """The route in the form of `path()`, also of a regular expression."""
    route = str(pattern.pattern)
    if isinstance(pattern.pattern, RegexPattern):
        route = route.removeprefix("^").removesuffix("$").replace("\\Z", "").replace("\\.", ".")
        route = _GROUP.sub(
            lambda group: "0" * 32 if group["name"] == "hex_id" else f"<str:{group['name']}>", route
        )
        route = route.removesuffix("$").replace("(?:", "").replace(".*", "")
    return route


def _free(route: str) -> list[int]:
    return [
        number
        for number, part in enumerate(_PART.finditer(route))
        if part["kind"] not in ("int", "uuid", "ending")
    ]


def _filled(route: str) -> str:
    return "/" + _PART.sub(lambda part: _SAMPLES[part["kind"] or "str"], route)


def _with(route: str, place: int) -> str:
    """The route with `{}` in its free part number `place`."""
    parts = iter(range(len(_PART.findall(route))))
    return "/" + _PART.sub(
        lambda part: "{}" if next(parts) == place else _SAMPLES[part["kind"] or "str"], route
    )
