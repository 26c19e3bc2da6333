"""A flag for each kind of connector. The kinds live above this app, which is told of them when it is ready."""

from collections.abc import Iterable

_kinds: list[str] = []


def register_kinds(kinds: Iterable[str]) -> None:
    """Set the kinds that there are. Called once, when the app `sources` is ready."""
    _kinds[:] = sorted(kinds)


def known_kinds() -> list[str]:
    """All kinds, in alphabetical order."""
    return list(_kinds)
