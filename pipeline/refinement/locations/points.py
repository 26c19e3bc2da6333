"""The coordinates of a venue: plausible ones, corrected where that is certain, else those of a plus code.

The point of a town or of a hidden address is only near the venue; that of a country is never used.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipeline.contract.normalized import Venue
from pipeline.dates.zones import same_clock, zone_named
from pipeline.geography.address_zones import country_of_zone, zones_of_country
from pipeline.geography.coordinates import coordinates_problem, haversine_km, timezone_at
from pipeline.geography.countries import country_code
from pipeline.geography.gazetteer import CityFact, Gazetteer, usable_coordinates
from pipeline.geography.likeness.addresses import street_address
from pipeline.geography.place_text import has_street
from pipeline.geography.plus_codes import point_of_plus_code
from pipeline.geography.towns import widely_known
from pipeline.text.folding import fold_name

#: A point that so many different addresses share is not a venue's, but that of the source or the town.
MOST_VENUES: Final = 3
#: A venue further from the centre of the town it is in, in kilometres, has another's point.
FAR_KM: Final = 150.0
#: Countries have parts overseas with a code of their own: alone it does not rule a point out.
ABROAD: Final = "they lie in another country"

Coordinates = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The result for a venue.

    `point` is the venue's own. `area` is a point of a town, a short code or the source, which still gives the
    city. `centre` is the city whose exact centre was given. `around` is near the venue. `notes` describe
    corrections, for people.
    """

    point: Coordinates | None = None
    area: Coordinates | None = None
    centre: CityFact | None = None
    around: Coordinates | None = None
    notes: tuple[str, ...] = ()


def point_of(venue: Venue, home: CityFact | None, gazetteer: Gazetteer) -> Found:
    """The point of a venue whose words are in their fields.

    `home` is the city that its words or its source name.
    """
    if venue.around and venue.lat is None:
        near = usable_coordinates(*venue.around)
        return Found(area=near, around=near) if near and not _against(near, venue) else Found()
    problem = coordinates_problem(venue.lat, venue.lng)
    point = usable_coordinates(venue.lat, venue.lng)
    if problem and (turned := _turned(venue, home)):
        return Found(point=turned, notes=("latitude and longitude were swapped",))
    if point and (against := _against(point, venue)):
        turned = (point[1], point[0])
        if not coordinates_problem(*turned) and not _against(turned, venue):
            return Found(point=turned, notes=("latitude and longitude were swapped",))
        if against != ABROAD:
            point, problem = None, against
    notes = [f"coordinates dropped: {problem}"] if problem else []
    if point is None:
        code = _of_code(venue, home)
        return Found(point=code, notes=(*notes, *(["coordinates of its plus code"] if code else [])))
    if centre := gazetteer.centre_of(*point):
        return Found(
            centre=centre,
            point=_of_code(venue, home),
            around=point,
            notes=(f"coordinates are approximate: the centre of {centre.name}, not a venue",),
        )
    if gazetteer.is_country_point(*point):
        return Found(point=_of_code(venue, home), notes=("coordinates dropped: those of a whole country",))
    if _is_town_only(venue, gazetteer):
        return Found(
            area=point,
            around=point,
            notes=("coordinates are approximate: no venue and no street are named, so they are a town's",),
        )
    return Found(point=point)


def _against(point: Coordinates, venue: Venue) -> str:
    """Why a point cannot be that of the venue's words: it lies at sea, far from its large town, or in a country with
    another clock; '' where it can."""
    zone, country = timezone_at(*point), country_code(venue.country)
    town = widely_known(venue.city, country)
    if zone.startswith("Etc/"):
        return "they lie at sea"
    if town and haversine_km(*point, town.lat, town.lng) > FAR_KM:
        return f"they lie far from {town.name}"
    here, clock = country_of_zone(zone), zone_named(zone)
    if clock is None or not country or here in ("", country):
        return ""
    return "" if any(same_clock(clock, one) for one in zones_of_country(country)) else ABROAD


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


def shared_points(reported: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The points that several streets or house numbers share, from pairs (point, address).

    No venue has such a point of its own. Points are keys of `point_key`.
    """
    venues: dict[str, set[tuple[str, tuple[str, ...]]]] = defaultdict(set)
    for point, words in reported:
        address = street_address(words)
        if address.reported and address.number:
            venues[point].add((address.number, address.street))
    return frozenset(point for point, found in venues.items() if len(found) >= MOST_VENUES)
