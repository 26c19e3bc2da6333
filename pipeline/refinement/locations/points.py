"""The coordinates of a venue: plausible ones, corrected where that is certain, else those of a plus code.

The centre of a town or a country is never used.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipeline.contract.normalized import Venue
from pipeline.geography.coordinates import coordinates_problem, haversine_km
from pipeline.geography.gazetteer import CityFact, Gazetteer, usable_coordinates
from pipeline.geography.likeness.addresses import street_address
from pipeline.geography.plus_codes import point_of_plus_code
from pipeline.refinement.locations.venue_text import has_street
from pipeline.text.folding import fold_name

#: A point that so many different addresses share is not a venue's, but that of the source or the town.
MOST_VENUES: Final = 3

Coordinates = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The result for a venue.

    `point` is the venue's own. `area` is a point of a town, a short code or the source, which still gives the
    city. `centre` is the city whose exact centre was given. `notes` describe corrections, for people.
    """

    point: Coordinates | None = None
    area: Coordinates | None = None
    centre: CityFact | None = None
    notes: tuple[str, ...] = ()


def point_of(venue: Venue, home: CityFact | None, gazetteer: Gazetteer) -> Found:
    """The point of a venue whose words are in their fields.

    `home` is the city that its words or its source name.
    """
    problem = coordinates_problem(venue.lat, venue.lng)
    point = usable_coordinates(venue.lat, venue.lng)
    if problem and (turned := _turned(venue, home)):
        return Found(point=turned, notes=("latitude and longitude were swapped",))
    notes = [f"coordinates dropped: {problem}"] if problem else []
    if point is None:
        code = _of_code(venue, home)
        return Found(point=code, notes=(*notes, *(["coordinates of its plus code"] if code else [])))
    if centre := gazetteer.centre_of(*point):
        return Found(
            centre=centre,
            point=_of_code(venue, home),
            notes=(f"coordinates dropped: the centre of {centre.name}, not a venue",),
        )
    if gazetteer.is_country_point(*point):
        return Found(point=_of_code(venue, home), notes=("coordinates dropped: those of a whole country",))
    if _is_town_only(venue, gazetteer):
        return Found(
            area=point, notes=("coordinates dropped: no venue and no street are named, so they are a town's",)
        )
    return Found(point=point)


def _turned(venue: Venue, home: CityFact | None) -> Coordinates | None:
    """Latitude and longitude swapped, where that point lies in the city `home`."""
    if home is None or venue.lat is None or venue.lng is None or coordinates_problem(venue.lng, venue.lat):
        return None
    inside = haversine_km(venue.lng, venue.lat, home.lat, home.lng) <= home.radius_km
    return (venue.lng, venue.lat) if inside else None


def _of_code(venue: Venue, home: CityFact | None) -> Coordinates | None:
    """The point of a plus code. A short code is resolved near the city `home`."""
    return (
        point_of_plus_code(venue.plus_code, near=(home.lat, home.lng) if home else None)
        if venue.plus_code
        else None
    )


def _is_town_only(venue: Venue, gazetteer: Gazetteer) -> bool:
    """Whether the venue's words name only a town."""
    if has_street(venue.address) or venue.plus_code:
        return False
    name = fold_name(venue.name)
    named = not name or name == fold_name(venue.city) or bool(gazetteer.by_name(name))
    return named and (
        not venue.address or bool(venue.city) or gazetteer.city_named(venue.address) is not None
    )


def shared_points(told: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The points that several streets or house numbers share, from pairs (point, address).

    No venue has such a point of its own. Points are keys of `point_key`.
    """
    venues: dict[str, set[tuple[str, tuple[str, ...]]]] = defaultdict(set)
    for point, words in told:
        address = street_address(words)
        if address.told and address.number:
            venues[point].add((address.number, address.street))
    return frozenset(point for point, found in venues.items() if len(found) >= MOST_VENUES)
