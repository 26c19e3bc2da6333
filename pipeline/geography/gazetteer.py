"""The cities and areas that Nocturne serves, as plain records, and the city of a point or an address.

The rows come from the database or from `fixture`. Free of Django.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline import patterns
from pipeline.geography.coordinates import coordinates_problem, haversine_km
from pipeline.geography.countries import country_code
from pipeline.geography.likeness.names import name_words, weight_of
from pipeline.geography.regions import POSTCODE, all_regions, country_points, regions, regions_of
from pipeline.geography.shapes import KM_PER_DEGREE, Shape
from pipeline.text.folding import fold_name

#: A coordinate this near to a city's centre, in kilometres, counts as the centre and not as a venue's.
CENTRE_KM = 0.03
#: The same for a country's point, which lies in the open country.
COUNTRY_POINT_KM = 1.0
_PARTS = patterns.compile(r"[,\n;|·]+")
#: Words of venues that are as common in names of towns: 'Garden City', 'College Point'.
_OF_TOWNS = frozenset(
    {"city", "town", "college", "community", "national", "international", "public", "main", "church", "house"}
)
_REGION_PART = patterns.compile(r"^\s*([A-Z]{2,3})\b\.?\s*(?:\d[\d -]*)?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class CityFact:
    """A city: `lat`, `lng` of its centre, `radius_km` of its circle, `region` the ISO 3166-2 part ('TX')."""

    slug: str
    name: str
    country: str = ""
    region: str = ""
    lat: float
    lng: float
    radius_km: float = 30.0
    timezone: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaFact:
    """A part of a city: a polygon if it has a `shape`, else a circle."""

    slug: str
    name: str
    city: str
    lat: float
    lng: float
    radius_km: float
    timezone: str = ""
    shape: Shape | None = None

    def holds(self, lat: float, lng: float) -> bool:
        """Whether the point lies in the area."""
        if self.shape is not None:
            return self.shape.holds(lat, lng)
        return (
            abs(self.lat - lat) * KM_PER_DEGREE <= self.radius_km
            and haversine_km(lat, lng, self.lat, self.lng) <= self.radius_km
        )

    @property
    def square_km(self) -> float:
        """Its surface; the smaller of two areas wins."""
        return self.shape.square_km if self.shape is not None else math.pi * self.radius_km**2


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All cities and areas, indexed by slug and by folded name. Immutable; build it once."""

    cities: tuple[CityFact, ...] = ()
    areas: tuple[AreaFact, ...] = ()
    _by_slug: dict[str, CityFact] = field(init=False, repr=False, compare=False, default_factory=dict)
    _by_name: dict[str, list[CityFact]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _areas_of: dict[str, list[AreaFact]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for city in self.cities:
            self._by_slug[city.slug] = city
            for name in {fold_name(city.name), *(fold_name(alias) for alias in city.aliases)}:
                self._by_name.setdefault(name, []).append(city)
        for area in self.areas:
            self._areas_of.setdefault(area.city, []).append(area)

    def city(self, slug: str) -> CityFact | None:
        """The city of that slug."""
        return self._by_slug.get(slug)

    def city_at(self, lat: float, lng: float) -> CityFact | None:
        """The city whose circle contains the point; of several, the one with the nearest centre.

        None outside all.
        """
        found = [
            (haversine_km(lat, lng, c.lat, c.lng), c)
            for c in self.cities
            if abs(c.lat - lat) < 2 and _near_lng(c.lng, lng)
        ]
        inside = [(distance, city) for distance, city in found if distance <= city.radius_km]
        return min(inside, key=lambda pair: (pair[0], pair[1].slug))[1] if inside else None

    def area_at(self, lat: float, lng: float, *, city: str = "") -> AreaFact | None:
        """The area (of `city`, where given) that contains the point; of several, the smallest."""
        areas = self._areas_of.get(city, ()) if city else self.areas
        return min(
            (area for area in areas if area.holds(lat, lng)),
            key=lambda area: (area.square_km, area.slug),
            default=None,
        )

    def area_named(self, city: str, *texts: str) -> AreaFact | None:
        """The area of a city whose name is a whole part of one of the texts.

        'Indiranagar' in '100 Feet Rd, Indiranagar, Bengaluru'.
        """
        areas = {fold_name(area.name): area for area in self._areas_of.get(city, ())}
        parts = (fold_name(part) for text in texts for part in _PARTS.split(text)) if areas else ()
        return next((areas[part] for part in parts if part in areas), None)

    def centre_of(self, lat: float, lng: float) -> CityFact | None:
        """The city whose exact centre this is.

        Such a point is a geocoder's answer for the city's name, not a venue's.
        """
        for city in self.cities:
            if (
                abs(city.lat - lat) < 0.001
                and abs(city.lng - lng) < 0.001
                and haversine_km(lat, lng, city.lat, city.lng) <= CENTRE_KM
            ):
                return city
        return None

    def is_country_point(self, lat: float, lng: float) -> bool:
        """Whether geocoders use this point for a whole country, so that it is no venue's."""
        return any(
            abs(point[0] - lat) < 0.02
            and abs(point[1] - lng) < 0.02
            and haversine_km(lat, lng, *point) <= COUNTRY_POINT_KM
            for point in country_points()
        )

    def city_named(self, text: str, *, country: str = "") -> CityFact | None:
        """The city in an address or a city's name: a whole part between commas that nothing contradicts.

        'Denver', '400 W 6th St, Austin, TX 78701' and 'Bangalore, India' are found; 'Portland, ME',
        'Birmingham, UK', 'Denver Street' and 'New Boston' are not. The last matching part wins, as addresses
        end with the city.
        """
        return _city_named(self, text, country)

    def by_name(self, folded: str) -> list[CityFact]:
        """The cities with that name or alias, folded by `fold_name`."""
        return self._by_name.get(folded, [])


def _near_lng(a: float, b: float) -> bool:
    return abs((a - b + 180) % 360 - 180) < 4


def _city_named(gazetteer: Gazetteer, text: str, country: str) -> CityFact | None:
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    wanted = country_code(country) or country.strip().upper()
    for index in range(len(parts) - 1, -1, -1):
        for city, inside, used in _readings(gazetteer, parts, index):
            after = parts[index + used :]
            if (
                (not wanted or wanted == city.country)
                and _agrees(city, inside, after)
                and not _is_region(gazetteer, city, parts, index, after)
            ):
                return city
    return None


def _readings(gazetteer: Gazetteer, parts: list[str], index: int) -> Iterator[tuple[CityFact, str, int]]:
    """Yield each city that this part may name, with the rest of the part and the number of parts used.

    The rest of 'Austin TX' is 'TX'.
    """
    if index + 1 < len(parts):
        for city in gazetteer.by_name(fold_name(f"{parts[index]} {POSTCODE.sub(' ', parts[index + 1])}")):
            yield city, "", 2
    words = POSTCODE.sub(" ", parts[index]).split()
    for end in range(len(words), max(0, len(words) - 4), -1):
        for city in gazetteer.by_name(fold_name(" ".join(words[:end]))):
            yield city, " ".join(words[end:]), 1


def _agrees(city: CityFact, inside: str, after: list[str]) -> bool:
    """Whether what follows a city's name fits this city.

    In the same part only its region or country may follow, after it no other one.
    """
    if inside and not _confirms(city, inside):
        return False
    for text in after:
        part = POSTCODE.sub(" ", text).strip()
        if not part or _confirms(city, part):
            continue
        if _REGION_PART.match(part) or fold_name(part) in all_regions() or country_code(part):
            return False
    return True


def _confirms(city: CityFact, text: str) -> bool:
    """Whether the text is the city's region, its country, or both."""
    folded = fold_name(text)
    if folded in _region_names(city) or country_code(text) == city.country:
        return True
    return any(
        folded.startswith(f"{name} ") and country_code(folded[len(name) :]) == city.country
        for name in _region_names(city)
    )


def _is_region(gazetteer: Gazetteer, city: CityFact, parts: list[str], index: int, after: list[str]) -> bool:
    """Whether 'New York' or 'Washington' means the state, as in 'Big Flats, New York, United States'.

    It does after a town's name. It means the city after a street, a venue ('Bryant Park, New York') or a part
    of the city, and where the city's own region follows.
    """
    if index == 0 or fold_name(POSTCODE.sub(" ", parts[index])) not in regions_of(city.country):
        return False
    before = parts[index - 1]
    if (
        any(char.isdigit() for char in before)
        or names_venue(before)
        or gazetteer.area_named(city.slug, before)
    ):
        return False
    return not any(fold_name(POSTCODE.sub(" ", part)) in _region_names(city) for part in after)


def names_venue(text: str) -> bool:
    """Whether the text contains a word for a kind of venue: a park, a theatre, a club ('Bryant Park').

    Names of towns contain such words too, but seldom.
    """
    return any(0 < weight_of(word) < 1 and word not in _OF_TOWNS for word in name_words(text).words)


@lru_cache(maxsize=1024)
def _region_names(city: CityFact) -> frozenset[str]:
    name = regions().get((city.country, city.region), "")
    return frozenset(filter(None, (city.region.lower(), name)))


def usable_coordinates(lat: float | None, lng: float | None) -> tuple[float, float] | None:
    """Both coordinates if they may be a place's, else None."""
    if lat is None or lng is None or coordinates_problem(lat, lng):
        return None
    return lat, lng
