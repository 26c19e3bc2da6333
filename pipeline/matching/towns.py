"""The town at the end of an address: its last parts without countries, states, postal codes and streets."""

from collections.abc import Sequence

from pipeline import patterns
from pipeline.matching.gazetteer import BROAD_PLACE_WORDS, COUNTRIES, STOP_WORDS, words

_BROAD = BROAD_PLACE_WORDS | COUNTRIES | STOP_WORDS
#: Words that end the name of a street: the rest of the same part is a town.
_STREET_ENDS = words(
    "street st road rd avenue ave boulevard blvd drive dr lane ln highway hwy parkway pkwy square sq strasse str platz allee weg gasse"
)
_GERMAN_ENDS = ("strasse", "str", "gasse", "platz", "allee", "weg", "straat", "laan", "gatan", "gata", "vej")
#: Words that begin one: the whole part is a street.
_STREET_BEGINS = words("rue calle via viale piazza avenida av rua carrer plaza place ulica ul")
_INSIDE = words(
    "floor fl suite ste building bldg room rm unit apt level basement upstairs downstairs rooftop"
)
_DIGIT = patterns.compile(r"\d")
#: Parts of a city that are also called by the city's name.
_PART_OF = {"brooklyn": "new york", "queens": "new york", "bronx": "new york", "staten island": "new york"}


def town_of(parts: Sequence[str]) -> str:
    """The town among the folded parts of an address, '' where there is none.

    For example of ("blue hall", "12 main st", "portland or 97201"). A single part may be a venue or a town;
    it counts as a town.
    """
    for part in reversed(parts):
        names = part.split()
        if names[0] in _STREET_BEGINS:
            return ""
        ends = [
            place
            for place, word in enumerate(names)
            if place and (word in _STREET_ENDS or word.endswith(_GERMAN_ENDS))
        ]
        left = [word for word in names[ends[-1] + 1 if ends else 0 :] if not _DIGIT.search(word)]
        while len(left) > 1 and left[-1] in _BROAD:
            left.pop()
        if not is_broad(left) and not all(word in _INSIDE for word in left):
            return " ".join(left)
        if ends:
            return ""
    return ""


def is_broad(names: Sequence[str]) -> bool:
    """Whether these words of a place are only a country, a state or a kind of building."""
    return all(word in _BROAD for word in names)


def city_of(town: str) -> str:
    """The city that a part of it belongs to, else the town itself."""
    return _PART_OF.get(town.removeprefix("the "), town)
