"""The address that stands behind a venue's name in a text: "Blue Room, 12 Main St, Springfield, IL 62701", "The Blue
Room is located at 12 Main St, …"."""

from typing import Final

from pipeline import patterns
from pipeline.geography.countries import country_code
from pipeline.geography.place_text import PlaceText, parse_place

#: Only so many characters of a text are read.
MAX_TEXT: Final = 20_000
#: A street with its house's number, or what a sentence tells, and two to four parts with town, state and code.
_ADDRESS: Final = patterns.compile(
    r"(?:\s(?:is|are)\s(?:located|situated)(?:\s(?:at|on|in))?\s(?P<told>[^,\n]{3,80})|[\s,:(–-]{1,4}(?P<street>\d{1,5}[a-z]?\s[^,\n]{3,60}))"
    r",\s(?P<area>(?:[^,\n]{2,40},\s){1,2}[^,\n\d]{0,30}\d{4,5})(?!\d)(?:,\s(?P<behind>[A-Z][^,\n]{1,40}))?",
    longest=MAX_TEXT,
)


def address_behind(name: str, text: str, country: str = "") -> PlaceText | None:
    """The address that follows the name in a text, None where none does. `country`: a name or a code."""
    at = text.find(name) if name else -1
    while at >= 0:
        found = _ADDRESS.match(text, at + len(name))
        reported = parse_place(_whole(found), country, alone=True) if found else None
        if found and reported and reported.town and reported.region and (reported.street or found["told"]):
            return reported
        at = text.find(name, at + 1)
    return None


def _whole(found: patterns.Match[str]) -> str:
    """An address with the country that may stand behind it, and not the words behind that."""
    behind = (found["behind"] or "").split()
    names = (" ".join(behind[:count]) for count in (3, 2, 1))
    country = next((name for name in names if country_code(name) and name[:1].isupper()), "")
    return ", ".join(filter(None, (found["told"] or found["street"], found["area"], country)))
