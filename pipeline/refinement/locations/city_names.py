"""A city's name as sources write it."""

from typing import Final

from pipeline import patterns
from pipeline.geography.towns import towns_called
from pipeline.refinement.limits import MAX_NAME
from pipeline.text import sanitize as text

#: The slug that Eventbrite uses for a city in its addresses, and sites that copy it: "ca--los-angeles".
_CITY_ID: Final = patterns.compile(r"^[a-z]{2}--([a-z]+(?:-[a-z]+)*)$", longest=2 * MAX_NAME)


#: Words written together: "SanFrancisco".
_TOGETHER: Final = patterns.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])", longest=2 * MAX_NAME)


def city_name(told: str) -> str:
    """A city's name as the source gives it, cleaned and shortened. A slug is decoded ("ca--los-angeles"), and
    words written together are parted ("SanFrancisco")."""
    name = text.clipped(_CITY_ID.sub(_named_city, text.plain(told[: MAX_NAME * 2])), 120)
    apart = _TOGETHER.sub(" ", name) if " " not in name else name
    return apart if apart != name and towns_called(apart) and not towns_called(name) else name


def _named_city(found: patterns.Match[str]) -> str:
    return found[1].replace("-", " ").title()
