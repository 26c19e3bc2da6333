"""The keys by which stored conditions are found for an event, without reading all of them.

Conditions are stored under the keys of one condition that each of their events must fulfil, the most selective one.
An event has every key under which conditions that it fulfils may be stored. So conditions that share no key with an
event do not match it; of those that do, `events.filters.matches` decides. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import cos, pi, radians
from typing import Any, Final

from events.filters import EventFilter, parse
from events.filters.words import Asked, Either, Phrase, Word
from pipeline.geography.coordinates import EARTH_RADIUS_KM
from pipeline.text.terms import TERMS_VERSION, Terms

#: Raise the first number where other keys are made: stored conditions then get new ones (`services.conditions`).
KEYS_VERSION: Final = 1 * 1_000 + TERMS_VERSION
#: So many letters of a word count, so that an event has few keys for each of its terms.
LETTERS: Final = 8
#: Degrees of a cell of the map, and the most cells under which conditions are stored.
CELL: Final = 0.5
MOST_CELLS: Final = 64
_KM_PER_DEGREE: Final = EARTH_RADIUS_KM * pi / 180
_LONGEST: Final = 200


def keys_of(wanted: EventFilter, *, frequent: Mapping[str, int] | None = None) -> list[str]:
    """The keys under which `wanted` is stored; `frequent` says how many events hold a word (absent: none)."""
    found = _named(wanted) or _words(wanted, frequent or {}) or _tagged(wanted) or _located(wanted)
    return sorted({key[:_LONGEST] for key in found})


def keys_of_events(events: Iterable[tuple[Mapping[str, Any], Terms]]) -> dict[str, int]:
    """All keys of public events, whose texts have these terms: which of the events have each, as bits by their numbers.

    Terms are collected by city before their beginnings are made: events of one city share most of them.
    """
    keys: dict[str, int] = defaultdict(int)
    terms_in: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for number, (event, terms) in enumerate(events):
        for key in _keys_of_facts(event):
            keys[key] |= 1 << number
        here = terms_in[event["city"] or ""]
        for term in terms.positions:
            here[term] |= 1 << number
    for city, held in terms_in.items():
        for begun, those in _beginnings(held).items():
            keys[f"word  {begun}"] |= those
            if city:
                keys[f"word {city} {begun}"] = those
    return keys


def _keys_of_facts(event: Mapping[str, Any]) -> set[str]:
    """The keys of an event but those of its words."""
    city, area, category = event["city"] or "", event["area"] or "", event["category"] or ""
    found = {f"in {place}" for place in _places({"", city}, {"", area}, {"", category}, _prices(event))}
    found |= {f"tag {one} {tag}"[:_LONGEST] for one in ("", city) for tag in event["tags"]}
    found |= {f"source {source['slug']}"[:_LONGEST] for source in event["sources"]}
    found |= {f"{name} {of['id']}" for name in ("venue", "organizer") if (of := event[name]) and of.get("id")}
    venue = event["venue"]
    if venue["lat"] is not None and venue["lng"] is not None:
        at = _cell(venue["lat"]), _cell(venue["lng"])
        found |= {f"cell {at[0]} {at[1]} {kind}" for kind in {"", category}}
    return found


def _beginnings(held: Mapping[str, int]) -> dict[str, int]:
    """The beginnings of terms, with the events that hold any such term."""
    begun: dict[str, int] = defaultdict(int)
    for term, those in held.items():
        if term[0] != "=":  # keys of the document itself, which no question asks for
            for length in range(1, min(len(term), LETTERS) + 1):
                begun[term[:length]] |= those
    return begun


def words_of(wanted: EventFilter) -> set[str]:
    """The words of which one is chosen as the key: only where there are several does it matter how frequent they are."""
    choices = [choice for asked in parse(wanted.q).wanted for choice in _choices(asked)]
    return {word for choice in choices for word in choice} if len(choices) > 1 else set()


def _named(wanted: EventFilter) -> list[str]:
    if wanted.venue:
        return [f"venue {wanted.venue}"]
    if wanted.organizer:
        return [f"organizer {wanted.organizer}"]
    return []


def _words(wanted: EventFilter, frequent: Mapping[str, int]) -> list[str]:
    """The word that the fewest events hold."""
    choices = [choice for asked in parse(wanted.q).wanted for choice in _choices(asked)]
    if not choices:
        return []
    rarest = min(choices, key=lambda words: (sum(frequent.get(word, 0) for word in words), -_shortest(words)))
    return [f"word {wanted.city} {word[:LETTERS]}" for word in rarest]


def _shortest(words: Iterable[str]) -> int:
    return min(len(word) for word in words)


def _choices(asked: Asked) -> Iterator[tuple[str, ...]]:
    """Alternatives of which an event must hold one each, as beginnings of its terms."""
    if isinstance(asked, Word):
        yield _alternatives(asked)
    elif isinstance(asked, Phrase):
        yield from (_alternatives(word) for _, word in asked.words)
    elif isinstance(asked, Either):
        ways = [min(_choices(way), key=len) for way in asked.ways]
        yield tuple(dict.fromkeys(word for way in ways for word in way))


def _alternatives(word: Word) -> tuple[str, ...]:
    begun = (word.beginning,) if word.beginning else ()
    others = (term for term in word.terms if not (word.beginning and term.startswith(word.beginning)))
    return tuple(dict.fromkeys((*begun, *others)))


def _tagged(wanted: EventFilter) -> list[str]:
    if wanted.tags:
        return [f"tag {wanted.city} {tag}" for tag in wanted.tags]
    return [f"source {wanted.source}"] if wanted.source else []


def _located(wanted: EventFilter) -> list[str]:
    categories = () if parse(wanted.category_words) else wanted.categories
    if not wanted.city and not wanted.area and (cells := _cells(wanted)):
        return [f"cell {lat} {lng} {kind}" for lat, lng in cells for kind in categories or ("",)]
    return [
        f"in {place}"
        for place in _places({wanted.city}, {wanted.area}, set(categories) or {""}, {wanted.price})
    ]


def _places(
    cities: Iterable[str], areas: Iterable[str], categories: Iterable[str], prices: Iterable[str]
) -> Iterator[str]:
    places = [f"{city} {area}" for city in cities for area in areas]
    kinds = [f"{category} {price}" for category in categories for price in prices]
    return (f"{place} {kind}" for place in places for kind in kinds)


def _prices(event: Mapping[str, Any]) -> set[str]:
    kind = event["price"]["type"]
    return {"", "free"} if kind == "free" else {"", "paid"} if kind in ("paid", "variable") else {""}


def _cells(wanted: EventFilter) -> list[tuple[int, int]]:
    """The cells of the map that the circle or the box touches; none where there are too many, or neither is asked for."""
    if wanted.radius_km is not None and wanted.lat is not None and wanted.lng is not None:
        box = _around(wanted.lat, wanted.lng, wanted.radius_km)
    elif wanted.bbox is not None:
        west, south, east, north = wanted.bbox
        box = (south, west, north, east)
    else:
        return []
    south, west, north, east = box
    if (
        west > east
        or west < -180
        or east > 180
        or (north - south + 2 * CELL) * (east - west + 2 * CELL) > MOST_CELLS * CELL**2
    ):
        return []  # over the date line, or too large: stored under what else it asks for
    return [
        (lat, lng) for lat in range(_cell(south), _cell(north) + 1) for lng in range(_cell(west), _cell(east) + 1)
    ]  # fmt: skip


def _around(lat: float, lng: float, radius_km: float) -> tuple[float, float, float, float]:
    """A box, a little wide, around a circle; half the world near a pole."""

    up = radius_km * 1.02 / _KM_PER_DEGREE + 0.001
    widest = max(abs(lat - up), abs(lat + up))
    aside = up / cos(radians(widest)) if widest < 89 else 360.0
    return lat - up, lng - aside, lat + up, lng + aside


def _cell(degrees: float) -> int:
    return int(degrees // CELL)
