"""Where: a venue's words in their fields, coordinates that are a venue's, the city, the area, and the place that is already known."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz

from events.enums import Online
from events.records import Venue
from places.atlas import Atlas, CityFact, is_region, usable_coordinates
from places.geography import coordinates_problem, country_code, fold_name, haversine_km, zone_named
from places.plus_codes import plus_code
from sources.lookups import Lookups, PlaceFact
from sources.records import Draft, SourceContext
from sources.steps import text
from sources.steps.clean import MAX_ADDRESS, MAX_NAME
from sources.steps.zones import city_in_words, same_clock

#: A place of nearly the same name in the same city is the same from this likeness on (0 to 100), if no coordinates contradict.
SAME_NAME: Final = 92.0
#: Two coordinates of one place are at most this far apart, in kilometres.
SAME_PLACE_KM: Final = 0.5
#: A near name alone says little where it is this short.
SHORT_NAME: Final = 6

_PARTS: Final = re.compile(r"\s*[,\n]\s*|\s+[-–—|•]\s+(?=\d)")
_STREET: Final = re.compile(
    r"^\d+[a-z]?(?:[-/]\d+[a-z]?)?\s+\S|\d+[a-z]?$|\b(?:street|avenue|ave|blvd|boulevard|st\.|road|rd\.?|drive|lane|highway|hwy|platz|stra(?:ß|ss)e|str\.|weg|allee|rue|calle|via)\b",
    re.IGNORECASE,
)
_CODED_TOWN: Final = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,5}\s+([^\W\d][^\d,]{2,40})$")
_WHOLE_TOWN: Final = re.compile(r"^([^\d,]{3,40}?)\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?$")
_STATE: Final = re.compile(r"^[A-Z]{2}(?:\s+\d{5}(?:-\d{4})?)?$")
_NO_PLACE: Final = frozenset(
    {
        "tba",
        "tbd",
        "tbc",
        "to be announced",
        "to be determined",
        "to be confirmed",
        "n a",
        "na",
        "none",
        "unknown",
        "various",
        "various locations",
    }
    | {
        "see description",
        "secret location",
        "location tba",
        "venue tba",
        "unnamed venue",
        "no location",
        "multiple locations",
        "null",
        "undefined",
    }
)


def locate(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """Set the venue's fields, plus code, city, area and known place. Places are asked for once for the whole batch."""
    atlas = lookups.atlas()
    located = [draft if draft.dropped else _located(draft, context, atlas) for draft in drafts]
    names = {fold_name(draft.event.venue.name) for draft in located if not draft.dropped and draft.event.venue.name}
    known = lookups.places(names) if names else {}
    return [_at_known_place(draft, known) if known and not draft.dropped else draft for draft in located]


def split_venue(venue: Venue) -> Venue:
    """Name and address apart: 'Blue Note, 131 W 3rd St, New York' is a name and an address; an address alone keeps its first line as the name."""
    name, address = venue.name, venue.address
    if not address and _PARTS.search(name):
        first, rest = _first_part(name)
        address = name if _STREET.search(first) else rest
        name = first
    elif address and fold_name(address) != fold_name(name) and fold_name(name).endswith(fold_name(address)):
        name = name[: len(name) - len(address)].rstrip(" ,\n-–—") or name
    if not name and address:
        name = _first_part(address)[0]
    name, address = (_one_line(part) for part in (name, address))
    return replace(
        venue,
        name="" if len(name) < 2 or fold_name(name) in _NO_PLACE else text.clipped(name, MAX_NAME),
        address="" if fold_name(address) in _NO_PLACE else text.clipped(address, MAX_ADDRESS),
        city=venue.city or city_of_address(address),
    )


def city_of_address(address: str) -> str:
    """The town that an address names by its form: '52146 Würselen', 'Corning, NY 14830'. '' where the form does not show it."""
    parts = [part.strip() for part in address.split(",")]
    for index, part in enumerate(parts):
        whole = _WHOLE_TOWN.match(part)
        if whole and index > 0 and _may_be_town(whole.group(1)):
            return whole.group(1)
        coded = _CODED_TOWN.match(part)
        if coded and (index > 0 or len(parts) == 1):
            return coded.group(1)
        following = parts[index + 1] if index + 1 < len(parts) else ""
        if (
            index > 0
            and (_STATE.match(following) or is_region(following))
            and not any(char.isdigit() for char in part)
            and 2 < len(part) <= 40
        ):
            return part
    return ""


def _may_be_town(part: str) -> bool:
    return 2 < len(part) <= 40 and not any(char.isdigit() for char in part) and not _STREET.search(part)


def _first_part(words: str) -> tuple[str, str]:
    parts = _PARTS.split(words, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def _one_line(words: str) -> str:
    parts = [part.strip(" ,") for part in words.split("\n")]
    kept = [part for index, part in enumerate(parts) if part and part not in parts[:index]]
    return text.plain(", ".join(kept)).strip(" ,;")


def _located(draft: Draft, context: SourceContext, atlas: Atlas) -> Draft:
    event, notes = draft.event, []
    if event.online is Online.YES:
        return replace(draft, city=context.city)
    venue = split_venue(event.venue)
    problem = coordinates_problem(venue.lat, venue.lng)
    point = usable_coordinates(venue.lat, venue.lng)
    if problem:
        notes.append(f"coordinates dropped: {problem}")
    centre = atlas.centre_of(*point) if point else None
    if centre:
        notes.append(f"coordinates dropped: the centre of {centre.name}, not a venue")
        point = None
    city, confidence = _city(point, centre, venue, event.timezone, context, atlas)
    venue = _placed(venue, point, city)
    area = atlas.area_at(*point, city=city.slug) if point and city else None
    sure = {**event.confidence, "venue": event.confidence.get("title", 0.9) if venue.name else 0.0, "city": confidence}
    located = replace(event, venue=venue, confidence=sure)
    return replace(draft, event=located, city=city.slug if city else "", area=area.slug if area else "", notes=(*draft.notes, *notes))


def _placed(venue: Venue, point: tuple[float, float] | None, city: CityFact | None) -> Venue:
    country = country_code(venue.country) or venue.country
    return replace(
        venue,
        lat=point[0] if point else None,
        lng=point[1] if point else None,
        plus_code=plus_code(*point) if point else venue.plus_code[:20],
        city=venue.city or (city.name if city and not venue.address else ""),
        country=country or (city.country if city else ""),
    )


def _city(
    point: tuple[float, float] | None, centre: CityFact | None, venue: Venue, timezone: str, context: SourceContext, atlas: Atlas
) -> tuple[CityFact | None, float]:
    """The city and how sure: by coordinates, by a geocoder's centre, by the words, else the source's own where nothing contradicts.

    Coordinates outside every known city mean no city, whatever the source's is."""
    if point:
        return (city, 0.97) if (city := atlas.city_at(*point)) else (None, 0.9)
    named = city_in_words(atlas, venue)
    if named and not _contradicts(named, timezone):
        return named, 0.85
    if centre:
        return centre, 0.6
    own = atlas.city(context.city) if context.city else None
    if own is None or _elsewhere(venue, own):
        return None, 0.0
    return own, 0.7 if venue.name else 0.5


def _contradicts(city: CityFact, timezone: str) -> bool:
    """Whether the event's clock is another than the city's: Birmingham with London's time is not the one in Alabama."""
    zone, of_city = zone_named(timezone), zone_named(city.timezone)
    if zone is None or of_city is None or zone.key.startswith(("Etc/", "UTC")):
        return False
    return not same_clock(zone, of_city)


def _elsewhere(venue: Venue, own: CityFact) -> bool:
    """Whether the venue's fields name another country or city than the source's own."""
    if venue.country and (code := country_code(venue.country)) and code != own.country:
        return True
    return bool(venue.city) and fold_name(venue.city) not in {fold_name(name) for name in (own.name, *own.aliases)}


def _at_known_place(draft: Draft, known: Mapping[str, tuple[PlaceFact, ...]]) -> Draft:
    venue = draft.event.venue
    name = fold_name(venue.name)
    place = next((place for place in known.get(name, ()) if _is_same(place, name, draft)), None)
    if place is None:
        return draft
    if venue.lat is None and place.lat is not None and place.lng is not None:
        venue = replace(
            venue, lat=place.lat, lng=place.lng, plus_code=plus_code(place.lat, place.lng), address=venue.address or place.address
        )
    event = replace(draft.event, venue=venue)
    return replace(draft, event=event, place_id=place.id, city=draft.city or place.city, area=draft.area or place.area)


def _is_same(place: PlaceFact, name: str, draft: Draft) -> bool:
    """Whether a known place is the venue: the same city, near coordinates where both have them, and the name or one much like it."""
    venue = draft.event.venue
    if place.city and draft.city and place.city != draft.city:
        return False
    if venue.lat is not None and venue.lng is not None and place.lat is not None and place.lng is not None:
        if haversine_km(venue.lat, venue.lng, place.lat, place.lng) > SAME_PLACE_KM:
            return False
    elif not (place.city and draft.city):
        return False
    return name in place.names or (len(name) >= SHORT_NAME and max(fuzz.ratio(name, other) for other in place.names) >= SAME_NAME)
