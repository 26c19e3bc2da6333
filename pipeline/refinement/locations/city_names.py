"""A city's name as sources write it."""

from typing import Final

from pipeline import patterns
from pipeline.refinement.limits import MAX_NAME
from pipeline.text import sanitize as text

#: The slug that Eventbrite uses for a city in its addresses, and sites that copy it: "ca--los-angeles".
_CITY_ID: Final = patterns.compile(r"^[a-z]{2}--([a-z]+(?:-[a-z]+)*)$", longest=2 * MAX_NAME)


def city_name(told: str) -> str:
    """A city's name as the source gives it, cleaned and shortened, and decoded where it is a slug."""
    return text.clipped(_CITY_ID.sub(_named_city, text.plain(told[: MAX_NAME * 2])), 120)


def _named_city(found: patterns.Match[str]) -> str:
    return found[1].replace("-", " ").title()
