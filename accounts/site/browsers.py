"""What a browser calls itself, in words."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext

#: What is found first counts: each browser's text also holds the names of those below it.
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi", "Vivaldi"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name(user_agent: str) -> str:
    """`Firefox on Windows`; `an unknown browser` where nothing is recognized."""
    browser, system = _found(user_agent, _BROWSERS), _found(user_agent, _SYSTEMS)
    if not system:
        return browser or gettext("an unknown browser")
    if not browser:
        return gettext("A browser on %(system)s") % {"system": system}
    return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}


def _found(text: str, words: Sequence[tuple[str, str]]) -> str:
    return next((name for mark, name in words if mark in text), "")
