"""Parses a venue's words.

Splits name and address, finds placeholders for a missing place, and reads the town of an address.
"""

from collections.abc import Collection, Iterable
from typing import Final

from pipeline import patterns
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Venue
from pipeline.dates.zones import UTC_NAMES, same_clock, zone_named
from pipeline.geography.countries import country_code
from pipeline.geography.gazetteer import names_venue
from pipeline.geography.plus_codes import find_plus_code, without_plus_code
from pipeline.geography.regions import is_region
from pipeline.geography.rooms import is_room, within
from pipeline.geography.towns import town_named, towns_called, widely_known
from pipeline.refinement.limits import MAX_ADDRESS, MAX_NAME
from pipeline.text import sanitize as text
from pipeline.text.folding import fold_name

#: The limit of `clean` for a place's words.
MAX_WORDS: Final = 5 * MAX_ADDRESS
_PARTS: Final = patterns.compile(r"(?:(?<!\s)\s+)?[,\n]\s*+|(?<!\s)\s++[-–—|•@]\s++(?=\d)", longest=MAX_WORDS)
_DOTS: Final = patterns.compile(r"\s[·•|]\s", longest=MAX_WORDS)
_ASIDE: Final = patterns.compile(r"(?:(?<!\s)\s++)?+\(([^()]*)\)", longest=MAX_WORDS)
_GAPS: Final = patterns.compile(r"(?:,\s*){2,}", longest=MAX_WORDS)
_STREET: Final = patterns.compile(
    r"^\d+[a-z]?(?:[-/]\d+[a-z]?)?\s+\S|(?<!\d)\d++[a-z]?$|\b(?:street|avenue|ave|blvd|boulevard|st\.|road|rd\.?|drive|lane|highway|hwy|platz|stra(?:ß|ss)e|str\.|weg|allee|rue|calle|via)\b",
    patterns.IGNORECASE,
    longest=MAX_WORDS,
)
_CODED_TOWN: Final = patterns.compile(r"^(?:[A-Z]{1,2}-)?\d{4,5}\s+([^\W\d][^\d,]{2,40})$", longest=MAX_WORDS)
_WHOLE_TOWN: Final = patterns.compile(r"^([^\d,]{3,40}?)\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?$", longest=MAX_WORDS)
_STATE: Final = patterns.compile(r"^[A-Z]{2}(?:\s+\d{5}(?:-\d{4})?)?$", longest=MAX_WORDS)
#: Countries that are told by fewer letters than a state's name has.
_COUNTRY_SIGNS: Final = frozenset({"US", "USA", "UK", "U.S.A.", "U.S."})
_LEAST_OF_COUNTRY: Final = 4
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
#: Longer placeholders, folded.
_SOME_PLACE: Final = patterns.compile(
    r"(?:various|multiple|several|different|many|all over) (?:venues?|locations?|places|sites)(?: (?:across|in|around|throughout|over|of) .*)?"
    r"|(?:the )?(?:venues?|locations?|place|address|ort|lieu)(?: (?:is|will be|to be))? (?:tb[acd]|announced|confirmed|revealed|shared|sent|provided"
    r"|disclosed|to be \w+)\b.*"
    r"|(?:exact |full )?(?:venue|location|address|place)(?: details)? (?:on|upon|after|with|at)"
    r" (?:rsvp|registration|registering|request|booking|approval)\b.*"
    r"|(?:register|rsvp|sign up|book) (?:to see|for) (?:the )?(?:exact |full )?(?:venue|location|address)(?: details)?"
    r"|(?:a )?(?:secret|undisclosed|private|mystery) (?:venue|location|place|address)\b.*|(?:see|check) (?:description|details|website|bio)"
    r"|your (?:home|couch|computer)|anywhere|everywhere|worldwide",
    longest=MAX_WORDS,
)


def split_venue(venue: Venue) -> Venue:
    """Split name and address: 'Blue Note, 131 W 3rd St, New York' has both.

    An address alone keeps its first line as name. A room stays with its venue: 'Hall 4, Messe Wien,
    Messeplatz 1' has the name 'Hall 4, Messe Wien'. A plus code goes into its own field.
    """
    code = venue.plus_code[:20] or find_plus_code(venue.name, venue.address)
    name, address = (
        _without_asides(without_plus_code(words) if code else words) for words in (venue.name, venue.address)
    )
    house, at, rest = name.partition(" @ ")
    if at and not address and (_STREET.search(rest) or "," in rest):
        name, address = house.strip(), rest.strip()
    elif not address and _PARTS.search(name):
        first, rest = _first_part(name)
        if is_room(first) or is_room(_first_part(rest)[0]):
            second, rest = _first_part(rest)
            first = f"{first}, {second}" if second and not _STREET.search(second) else first
        address = name if _STREET.search(first) or _is_town(first, rest) else rest
        name = first
    elif address and fold_name(address) != fold_name(name) and fold_name(name).endswith(fold_name(address)):
        name = name[: len(name) - len(address)].rstrip(" ,\n-–—") or name
    if not name and address:
        name = _first_part(address)[0]
    name, address = (_one_line(part) for part in (name, address))
    return replace(
        venue,
        name="" if len(name) < 2 or _stands_for_none(name) else text.clipped(name, MAX_NAME),
        address="" if _stands_for_none(address) else text.clipped(address, MAX_ADDRESS),
        city=venue.city or city_of_address(address) or town_named(address)[0],
        plus_code=code,
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


def parted(venue: Venue) -> Venue:
    """The venue with town, venue and street in their fields, where its name holds them with signs between:
    "West Hollywood · The Sun Rose", "1821 Daly St · Los Angeles". One part must be a town, the first or the
    last."""
    parts = [part.strip() for part in _DOTS.split(venue.name[:MAX_WORDS]) if part.strip()]
    town = next((part for part in (*parts[:1], *parts[-1:]) if towns_called(part)), "")
    if len(parts) < 2 or not town:
        return venue
    parts.remove(town)
    streets = [part for part in parts if _STREET.search(part) and not is_room(part)]
    names = [part for part in parts if part not in streets]
    address = venue.address if venue.address and not streets else ", ".join(streets)
    return replace(venue, name=", ".join(names), address=address, city=venue.city or town)


def _without_asides(words: str) -> str:
    """The words without a placeholder in brackets: 'Mumbai (venue on RSVP)'."""
    return _ASIDE.sub(_aside, words) if "(" in words else words


def _aside(found: patterns.Match[str]) -> str:
    parts = [part.strip() for part in found[1].split(",")]
    told = [part for part in parts if part and not _stands_for_none(part)]
    return found.group() if len(told) == len(parts) else f" ({', '.join(told)})" if told else ""


def _stands_for_none(words: str) -> bool:
    """Whether the words are a placeholder: "TBA", "various venues across town"."""
    folded = fold_name(words)
    return folded in _NO_PLACE or bool(_SOME_PLACE.fullmatch(folded))


def _is_town(first: str, rest: str) -> bool:
    """Whether 'Big Flats' before 'New York, United States' is a town.

    It is where a state follows and no word names a kind of venue.
    """
    following = _first_part(rest)[0]
    return bool(_STATE.match(following) or is_region(following)) and not names_venue(first)


def city_of_address(address: str) -> str:
    """The town in an address, found by the address's form: '52146 Würselen', 'Corning, NY 14830', 'Portland,
    Oregon 97214 US'. '' if the form does not show it.
    """
    parts = [part.strip() for part in _without_country(address).split(",") if part.strip()]
    for index, part in enumerate(parts):
        whole = _WHOLE_TOWN.match(part)
        if whole and index > 0 and _may_be_town(whole.group(1)):
            return whole.group(1)
        coded = _CODED_TOWN.match(part)
        if coded and _is_coded_town(coded.group(1), index):
            return coded.group(1)
        following = parts[index + 1] if index + 1 < len(parts) else ""
        if index > 0 and _is_state(following) and _may_be_town(part):
            return part
    return ""


def _without_country(address: str) -> str:
    """An address without the country at its end, also one without a comma before it: "Oregon 97214 US"."""
    for words in (3, 2, 1):
        front, found = _last_words(address, words)
        if found and (
            found in _COUNTRY_SIGNS
            or (len(found) >= _LEAST_OF_COUNTRY and country_code(found) and not is_region(found))
        ):
            return front if front.strip(" ,") else address
    return address


def _last_words(text: str, count: int) -> tuple[str, str]:
    """(what stands before, the last words), without the signs between them."""
    parts = text.rstrip(" ,.").rsplit(None, count)
    return (parts[0].rstrip(" ,"), " ".join(parts[1:])) if len(parts) == count + 1 else ("", "")


def _is_state(part: str) -> bool:
    """Whether a part is a state, with or without a postal code: "NY 14830", "Oregon 97214"."""
    return bool(_STATE.match(part)) or is_region(
        " ".join(word for word in part.split() if not word[0].isdigit())
    )


def _is_coded_town(name: str, index: int) -> bool:
    """Whether words behind a number are a town behind its postal code, and not a street behind its house:
    "03044 Cottbus", but "1945 NW Quimby"."""
    return bool(towns_called(name)) or (index > 0 and not _STREET.search(name))


def has_street(address: str) -> bool:
    """Whether the words name a street or a building, and not merely a town."""
    return any(
        _STREET.search(part.strip()) for part in address.split(",") if not _CODED_TOWN.match(part.strip())
    )


def folded_venue_name(venue: Venue) -> str:
    """The folded name of the venue, without its room."""
    return fold_name(within(venue.name).venue)


def _may_be_town(part: str) -> bool:
    return 2 < len(part) <= 40 and not any(char.isdigit() for char in part) and not _STREET.search(part)


def _first_part(words: str) -> tuple[str, str]:
    """The text before the first separator of name and address outside brackets, and the text behind it."""
    for found in _PARTS.finditer(words):
        if words.count("(", 0, found.start()) <= words.count(")", 0, found.start()):
            return words[: found.start()], words[found.end() :]
    return words, ""


def _one_line(words: str) -> str:
    parts = dict.fromkeys(part for line in words.split("\n") if (part := line.strip(" ,")))
    return text.plain(_GAPS.sub(", ", ", ".join(parts))).strip(" ,;")
