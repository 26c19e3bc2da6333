"""Which requests are made by people who may be counted, and what tells their devices apart."""

from collections.abc import Mapping
from typing import Final

#: Longer names of browsers are cut.
LONGEST: Final = 400
#: What browsers say that fetch ahead of a click, and how a reader says that nothing may be counted.
_AHEAD: Final = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_OBJECTS: Final = ("Sec-GPC", "DNT")
#: The first that the name of a browser contains; others call themselves Chrome or Safari too.
_BROWSERS: Final = ("Firefox/", "FxiOS/", "Edg", "OPR/", "SamsungBrowser/", "CriOS/", "Chrome/", "Safari/")
_SYSTEMS: Final = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


def may_be_counted(headers: Mapping[str, str]) -> bool:
    """Whether a person's browser sent the request, who does not object (Global Privacy Control, Do Not Track).

    Neither programs count, nor browsers that fetch a page ahead of a click.
    """
    if any(headers.get(name, "").strip() == "1" for name in _OBJECTS):
        return False
    if any("prefetch" in headers.get(name, "") or "prerender" in headers.get(name, "") for name in _AHEAD):
        return False
    return not is_program(headers.get("User-Agent", ""))


def is_program(user_agent: str) -> bool:
    """Whether the User-Agent is that of a crawler, a library or a browser without a window.

    Who claims no browser counts as one, too.
    """
    from crawleruseragents import is_crawler  # reads half a megabyte

    name = user_agent[:LONGEST]
    return not name.startswith("Mozilla/5.0 (") or is_crawler(name)


def kind_of_device(user_agent: str) -> str:
    """Browser and system in two words, such as `Firefox/ Android`.

    People behind one address are told apart by it. It has few values on purpose: nobody can be recognized by it, and a
    program that changes its name counts as a few visitors at most.
    """
    name = user_agent[:LONGEST]
    browser = next((one for one in _BROWSERS if one in name), "")
    system = next((one for one in _SYSTEMS if one in name), "")
    return f"{browser} {system}"
