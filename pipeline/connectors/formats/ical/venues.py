"""The venues that a calendar describes beside its events, each in a VVENUE component (draft-norris-ical-venue):
name, address, town, country, point."""

from collections.abc import Iterable
from typing import Final

from pipeline.connectors.formats.ical.lines import Line, Properties, read_lines, text_of
from pipeline.connectors.support.values import postal
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Venue
from pipeline.dates.ical_values import parse_geo
from pipeline.text.decoding import MAX_LINE
from pipeline.text.folding import fold_name

_WANTED: Final = frozenset(b"UID NAME ADDRESS CITY REGION COUNTRY POSTALCODE GEO".split())
#: Words of a LOCATION that may be a venue's name and street.
_MAX_WORDS: Final = 40


class Venues:
    """The described venues of one calendar, by UID, and by name and street for those without one."""

    def __init__(self, components: Iterable[bytes]) -> None:
        self._known: dict[str, Venue] = {}
        for component in components:
            lines = read_lines(component, 0, len(component), _WANTED)
            venue = _venue(lines)
            if venue.name:
                self._known.setdefault(_text(lines, "UID") or _words(venue), venue)

    def told_in(self, venue: Venue, lines: Properties) -> Venue:
        """The venue of an event with what its calendar says of it: named by a parameter of LOCATION, else by the
        words that LOCATION begins with. The event's own point stays."""
        found = next((one for line in lines.get("LOCATION", ()) if (one := self._of(line))), None)
        if found is None:
            return venue
        return found if venue.lat is None else replace(found, lat=venue.lat, lng=venue.lng)

    def _of(self, line: Line) -> Venue | None:
        named = next((one for uid in line.params.values() if (one := self._known.get(uid))), None)
        words = fold_name(text_of(line)[:MAX_LINE]).split()[:_MAX_WORDS] if self._known and not named else []
        beginnings = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        return named or next((one for words in beginnings if (one := self._known.get(words))), None)


def _venue(lines: Properties) -> Venue:
    street, city = _text(lines, "ADDRESS"), _text(lines, "CITY")
    area = f"{_text(lines, 'REGION')} {_text(lines, 'POSTALCODE')}".strip()
    geo = next((point for line in lines.get("GEO", ()) if (point := parse_geo(line.value))), (None, None))
    return Venue(
        name=_text(lines, "NAME"),
        address=postal(street, city, area) if street else "",
        city=city,
        country=_text(lines, "COUNTRY"),
        lat=geo[0],
        lng=geo[1],
    )


def _words(venue: Venue) -> str:
    return fold_name(f"{venue.name} {venue.address.partition(',')[0]}")


def _text(lines: Properties, name: str) -> str:
    return next((text_of(line)[:MAX_LINE] for line in lines.get(name, ())), "")
