"""The one reader of places in text: parts words into house, street, town, region, postal code and country.

"Hall 4, Messe Wien, Messeplatz 1, 1020 Wien, Austria", "Town · House", "House @ 12 Main St, Springfield, IL 62701
USA", "Le Village - 26240 Claveyson". It prefers no result to a wrong one: a town is told by its form (a state, a
postal code or a country stands beside it), or it is widely known.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from pipeline import patterns
from pipeline.geography.countries import country_code
from pipeline.geography.place_area import Area
from pipeline.geography.place_parts import (
    MAX_WORDS,
    ends_with_street,
    is_numbered,
    is_street,
    may_be_street,
    names_house,
    split_parts,
    stands_for_none,
)
from pipeline.geography.regions import is_region, region_called
from pipeline.geography.rooms import is_room
from pipeline.geography.towns import Town, town_called, towns_called, widely_known

#: So many parts behind a town may be none of its area: "Main St, Springfield, IL 62701, Spring".
_MOST_BEHIND: Final = 2

_TOWN_FIRST: Final = patterns.compile(r"^[^·•|]{2,60}\s[·•|]\s", longest=MAX_WORDS)
#: A house, and its address in brackets.
_BRACKETED: Final = patterns.compile(
    r"(?P<house>[^()]{2,120})\((?P<address>[^()]{6,300})\)", longest=MAX_WORDS
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceText:
    """The parts of a place's words, '' where they are not told.

    `house`: the venue with its room; `address`: the words behind it, from the street on; `region` as it is written;
    `country` an ISO 3166 code. `formed`: the town is told by what stands beside it, and not by its size alone.
    """

    house: str = ""
    address: str = ""
    street: str = ""
    town: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    formed: bool = False

    @property
    def whole(self) -> str:
        """The venue and the words behind it."""
        return ", ".join(filter(None, (self.house, self.address)))

    @property
    def state(self) -> str:
        """The code of the state of the United States, '' elsewhere."""
        country, code = region_called(self.region)
        return code if country == "US" and self.country in ("", "US") else ""

    @property
    def meant(self) -> Town | None:
        """The town that is told, where its name, state and country leave one."""
        return town_called(self.town, country=self.country, state=self.state) if self.town else None


@lru_cache(maxsize=8192)
def parse_place(words: str, country: str = "", *, alone: bool = False) -> PlaceText:
    """Part the words of a place. `country`: where it is known to be, its name or code. `alone`: whether a widely known
    town may stand without a house before it, as in an address; a bar may be called Phoenix."""
    if (bracketed := _BRACKETED.fullmatch(words.strip())) and is_street(
        next(iter(split_parts(bracketed["address"])), "")
    ):
        words = f"{bracketed['house'].strip()}, {bracketed['address']}"
    reported = split_parts(words)
    parts = [part for part in reported if not stands_for_none(part)]
    if len(parts) < len(reported):
        parts, alone = [part for part in parts if any(map(str.isalpha, part))], True
    if len(parts) > 1 and _TOWN_FIRST.match(words[:MAX_WORDS]) and towns_called(parts[0]):
        behind = parse_place(", ".join(parts[1:]), country)
        known = town_called(parts[0], country=behind.country)
        of = behind.country or (known.country if known else "")
        return behind if behind.formed else replace(behind, town=parts[0], country=of, formed=True)
    reader = Area(parts, country_code(country))
    for count in range(1, min(_MOST_BEHIND, len(parts) - 1) + 1):
        if reader.town or not parts:
            break
        before = Area(parts[:-count], country_code(country))
        if before.formed:
            before.parts += parts[-count:]
            reader = before
    found = _place(reader, alone=alone)
    if found.street or (found.town and (found.house or found.formed or alone)) or alone:
        return found
    return PlaceText(house=words.strip()) if not (found.house and found.address) else found


def called(name: str, address: str) -> str:
    """What people call a place: its name, else the street or the first words of its address."""
    if name or not address:
        return name
    return parse_place(address, alone=True).street or next(iter(split_parts(address)), "")


def is_area(words: str) -> bool:
    """Whether the words are a widely known town, a state or a country, and nothing else."""
    reported = parse_place(words, alone=True)
    return is_region(words) or bool(
        (reported.town or reported.country) and not (reported.house or reported.street)
    )


def has_street(address: str) -> bool:
    """Whether the words name a street or a building, and not merely a town."""
    return bool(parse_place(address, alone=True).street)


def _place(area: Area, *, alone: bool) -> PlaceText:
    """The parts of a place in their fields."""
    if alone and not area.town and len(area.parts) == 1 and widely_known(area.parts[0], area.country):
        area.town, area.at = area.parts[0], 0
    rest = area.parts[: area.at]
    street = next((at for at, part in enumerate(rest) if _is_street(area, at, part, alone=alone)), len(rest))
    count = 1 if street < len(rest) or area.at < len(area.parts) else len(rest)
    if len(rest) > 1 and (is_room(rest[0]) or is_room(rest[1])):
        count = max(count, 2)
    count = min(count, street)
    known = town_called(area.town, country=area.country) if area.town and not area.country else None
    return PlaceText(
        house=", ".join(rest[:count]),
        address=", ".join(area.parts[count:]),
        street=rest[street] if street < len(rest) else "",
        town=area.town,
        region=area.region,
        postcode=area.postcode,
        country=area.country or (known.country if known else ""),
        formed=area.formed,
    )


def _is_street(area: Area, at: int, part: str, *, alone: bool) -> bool:
    if at or alone:
        return may_be_street(part) and not (alone and names_house(part))
    followed = area.at == 1 and area.formed and (area.town or area.region)
    return is_street(part) or bool(followed and (is_numbered(part) or ends_with_street(part)))
