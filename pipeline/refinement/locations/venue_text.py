"""Puts a venue's words into their fields: name, address, town, country.

`pipeline.geography.place_text` reads the words; here the fields of one record are weighed against each other.
"""

from collections.abc import Collection, Iterable
from typing import Final

from pipeline import patterns
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Venue
from pipeline.dates.zones import UTC_NAMES, same_clock, zone_named
from pipeline.geography.countries import country_code
from pipeline.geography.gazetteer import names_venue
from pipeline.geography.place_parts import MAX_WORDS, is_street, is_unit, split_parts, stands_for_none
from pipeline.geography.place_text import PlaceText, parse_place
from pipeline.geography.plus_codes import find_plus_code, without_plus_code
from pipeline.geography.regions import is_county
from pipeline.geography.rooms import within
from pipeline.geography.towns import town_called, towns_called, widely_known
from pipeline.refinement.limits import MAX_ADDRESS, MAX_NAME
from pipeline.refinement.locations.city_names import city_name
from pipeline.text import sanitize as text
from pipeline.text.folding import fold_name

#: A remark of Legistar, which writes the place of its meetings and remarks on them into one field.
_REMARK: Final = patterns.compile(r"--em--[^\x00]{0,1000}?(?:--em--|$)", longest=MAX_WORDS)
_ASIDE: Final = patterns.compile(r"(?:(?<!\s)\s++)?+\(([^()]*)\)", longest=MAX_WORDS)
#: Words that no name ends with: a piece of a sentence does ("the heart of the city where").
_CUT: Final = patterns.compile(
    r"\s(?:where|and|the|of|with|for|to|und|der|die|das|mit|et|avec)$",
    longest=MAX_WORDS,
)
_GAPS: Final = patterns.compile(r"(?:,\s*){2,}", longest=MAX_WORDS)
#: A piece of a sentence in small letters has so many words at least; a name may have fewer ("the knitting factory").
_LEAST_OF_PIECE: Final = 5


def split_venue(venue: Venue) -> Venue:
    """Name, address, town and country in their fields: 'Blue Note, 131 W 3rd St, New York' has all but the country.

    A street or a town is no name: the name stays empty. A room stays with its venue: 'Hall 4, Messe Wien, Messeplatz
    1' has the name 'Hall 4, Messe Wien'. The town of a whole address outweighs another one beside it, which feeds give
    to all they found near a city. A plus code goes into its own field.
    """
    code = venue.plus_code[:20] or find_plus_code(venue.name, venue.address)
    name, address = (
        _without_asides(without_plus_code(words) if code else words) for words in (venue.name, venue.address)
    )
    bare = "(" not in name and "(" in venue.name and not code  # a town may stand before a placeholder
    named = parse_place(name, venue.country, alone=bare)
    placed = parse_place(address, venue.country, alone=True)
    house, address = _house_and_address(replace(venue, name=name, address=address), named, placed)
    town, country = _town(venue, named, placed)
    return replace(
        venue,
        name=""
        if len(house) < 2 or stands_for_none(house) or _is_piece(house)
        else text.clipped(house, MAX_NAME),
        address="" if stands_for_none(address) else text.clipped(address, MAX_ADDRESS),
        city=town,
        country=venue.country or country,
        plus_code=code,
    )


def _house_and_address(venue: Venue, named: PlaceText, placed: PlaceText) -> tuple[str, str]:
    """The house, named in its own field or before the street of the address, and the address."""
    address, city, country = venue.address, venue.city, venue.country
    house = _one_line(named.house)
    if is_county(house) or fold_name(house) in {fold_name(one) for one in (placed.town, named.town, city)}:
        house = ""
    if not house and placed.street and not is_unit(placed.house):
        house = placed.house  # the street stands in the place of the name
    own = "" if _is_town_only(parse_place(named.address, country, alone=True)) else named.address
    given = "" if _is_town_only(placed) or fold_name(address) == fold_name(house) else _one_line(address)
    if own and given and (placed.street or not named.street or fold_name(own) in fold_name(given)):
        own = ""
    return house, _once(", ".join(filter(None, (own, given))))


def _is_town_only(reported: PlaceText) -> bool:
    """Whether the words tell a town that its name and country tell as well: "Denver, CO", but not "Portland, ME"."""
    if reported.house or reported.street or reported.postcode or not reported.town:
        return False
    return not reported.region or (
        reported.meant is not None and reported.meant == town_called(reported.town, country=reported.country)
    )


def _town(venue: Venue, named: PlaceText, placed: PlaceText) -> tuple[str, str]:
    """The town, as it is written, and its country's code where the words tell it."""
    formed = next((one for one in (placed, named) if one.town and one.formed), None)
    reported = formed or (placed if placed.town else named)
    return city_of(venue, reported), reported.country or placed.country or named.country


def city_of(venue: Venue, reported: PlaceText) -> str:
    """The town of a venue whose words tell `told`: the town of a whole address outweighs another one in the field,
    and any spelling of a slug ("ca--los-angeles")."""
    city = city_name(venue.city)
    is_slug, known = city != venue.city, towns_called(reported.town)
    if (
        not reported.formed
        or not known
        or (not is_slug and fold_name(city) in fold_name(f"{venue.name} {venue.address}"))
    ):
        return city or reported.town
    return reported.town if is_slug or not set(known) & set(towns_called(city)) else city


def _is_piece(name: str) -> bool:
    """Whether a name is a piece of a sentence: "the heart of the city where"."""
    words = name.split()
    small = len(words) >= _LEAST_OF_PIECE and name == name.lower() and not any(map(str.isdigit, name))
    return len(words) > 2 and (
        bool(_CUT.search(name)) or (small and name.isascii() and not names_venue(name))
    )


def town_alone(venue: Venue, zones: Iterable[str], own: Collection[str]) -> Venue:
    """The venue of a place whose only words are a widely known town: the town, and no venue.

    A bar may be called Phoenix. So not where one of `zones` (what the event and its calendar name) has another
    clock, and not where the source has a city of its own whose folded names are `own`, and this is none."""
    folded = fold_name(venue.name)
    if venue.address or not folded or (own and folded not in own):
        return venue
    town = widely_known(venue.name, country_code(venue.country))
    if town is None or fold_name(venue.city) not in ("", folded):
        return venue
    clock = zone_named(town.zone)
    named = [zone for name in zones if (zone := zone_named(name)) and zone.key not in UTC_NAMES]
    if clock is None or not all(same_clock(clock, zone) for zone in named):
        return venue
    return replace(venue, name="", city=venue.name.strip())


def folded_venue_name(venue: Venue) -> str:
    """The folded name of the venue, without its room."""
    return fold_name(within(venue.name).venue)


def _without_asides(words: str) -> str:
    """The words without a placeholder in brackets: 'Mumbai (venue on RSVP)'."""
    words = _REMARK.sub("", words).strip(" ,\n") if "--em--" in words else words
    return _ASIDE.sub(_aside, words) if "(" in words else words


def _aside(found: patterns.Match[str]) -> str:
    parts = [part.strip() for part in found[1].split(",")]
    reported = [part for part in parts if part and not stands_for_none(part)]
    return found.group() if len(reported) == len(parts) else f" ({', '.join(reported)})" if reported else ""


def _one_line(words: str) -> str:
    parts = dict.fromkeys(part for line in words.split("\n") if (part := line.strip(" ,")))
    return text.plain(_GAPS.sub(", ", ", ".join(parts))).strip(" ,;")


def _once(address: str) -> str:
    """An address without what it says twice: a street, or all of it."""
    half, rest = len(address) // 2, address[(len(address) + 1) // 2 :]
    if (
        half > _LEAST_OF_PIECE
        and fold_name(address[:half]) == fold_name(rest)
        and is_street(split_parts(rest)[0])
    ):
        address = rest.strip(" ,")
    parts = address.split(", ")
    for size in (
        3,
        2,
    ):  # "Corning, New York, Corning, New York"; "New York, New York" is a town and its state
        for at in range(len(parts) - 2 * size, -1, -1):
            if parts[at : at + size] == parts[at + size : at + 2 * size]:
                del parts[at : at + size]
    first = {fold_name(part): at for at, part in reversed([*enumerate(parts)])}
    return ", ".join(
        part for at, part in enumerate(parts) if first[fold_name(part)] == at or not is_street(part)
    )
