"""A city's name as sources write it."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from pipeline import patterns
from pipeline.contract.normalized import Venue
from pipeline.geography.coordinates import haversine_km
from pipeline.geography.place_text import PlaceText, parse_place
from pipeline.geography.towns import towns_called
from pipeline.refinement.limits import MAX_NAME
from pipeline.text import sanitize as text

#: The slug that Eventbrite uses for a city in its addresses, and sites that copy it: "ca--los-angeles".
_CITY_ID: Final = patterns.compile(r"^[a-z]{2}--([a-z]+(?:-[a-z]+)*)$", longest=2 * MAX_NAME)


#: Towns this near, in kilometres, may be one for a feed: West Hollywood is in Los Angeles.
NEAR_KM: Final = 80.0
#: So many more records than those that confirm a town must contradict it.
LEAST_AGAINST: Final = 3
#: Words written together: "SanFrancisco".
_TOGETHER: Final = patterns.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])", longest=2 * MAX_NAME)


def city_name(reported: str) -> str:
    """A city's name as the source gives it, cleaned and shortened. A slug is decoded ("ca--los-angeles"), and
    words written together are parted ("SanFrancisco")."""
    name = text.clipped(_CITY_ID.sub(_named_city, text.plain(reported[: MAX_NAME * 2])), 120)
    apart = _TOGETHER.sub(" ", name) if " " not in name else name
    return apart if apart != name and towns_called(apart) and not towns_called(name) else name


def doubtful_cities(venues: Iterable[Venue]) -> frozenset[str]:
    """The towns in the fields of a batch that the addresses of their records contradict more often than they confirm
    them: that of a crawl, and not of its events."""
    against: Counter[str] = Counter()
    for venue in venues:
        reported = parse_place(f"{venue.name}, {venue.address}", venue.country) if venue.city else PlaceText()
        towns, meant = towns_called(city_name(venue.city)), reported.meant if reported.formed else None
        if towns and meant:
            near = any(haversine_km(town.lat, town.lng, meant.lat, meant.lng) <= NEAR_KM for town in towns)
            against[venue.city] += -1 if near else 1
    return frozenset(city for city, count in against.items() if count >= LEAST_AGAINST)


def _named_city(found: patterns.Match[str]) -> str:
    return found[1].replace("-", " ").title()
