"""The time zone of an event.

Its own, that of its point or town, its calendar's, its city's, its source's, in this order (decision 0045).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.contract.draft import SourceContext
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import RawRecord
from pipeline.dates.clocks import clocks_in
from pipeline.dates.zone_names import displayed_name, iana_name
from pipeline.dates.zones import UTC_NAMES, is_fixed, same_clock, zone_named, zone_of_offset
from pipeline.geography.address_zones import zone_in_words, zones_of_country
from pipeline.geography.coordinates import timezone_at
from pipeline.geography.countries import country_code
from pipeline.geography.gazetteer import CityFact, Gazetteer, usable_coordinates
from pipeline.geography.place_text import parse_place
from pipeline.refinement.locations.city_names import city_name
from pipeline.siblings import SIBLINGS
from pipeline.text import sanitize

#: Only so many characters of a description are read for hours.
_MOST_TEXT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Origin:
    """A zone, its origin, and the confidence in it."""

    zone: ZoneInfo
    found: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ZoneFinder:
    """The possible zones of one record."""

    raw: RawRecord
    venue: Venue
    context: SourceContext
    gazetteer: Gazetteer
    notes: list[str]

    def for_wall(self, named: str = "") -> Origin:
        """The zone of a time without one, or of a date.

        `named` is a zone in its own words.

        UTC with low confidence, where nothing gives a zone.
        """
        origin = next(self._in_order(named), Origin(ZoneInfo("UTC"), "none", 0.2))
        return self._at_place(origin) if named else origin

    def for_instant(self, moment: datetime) -> Origin:
        """The zone in which to show an aware moment.

        A moment keeps its own IANA zone, and is shown by that of its place where both have one clock; a bare UTC
        time is shown in the zone of its place.
        """
        key = str(getattr(moment.tzinfo, "key", ""))
        own = zone_named(key) if key else None
        if own is not None and own.key not in UTC_NAMES and not is_fixed(own):
            return self._at_place(Origin(own, "event", 0.98))
        offset = moment.utcoffset() or timedelta()
        if not offset and (fixed := self.fixed()):
            moment = moment.astimezone(fixed)
            offset = moment.utcoffset() or timedelta()
        return self._for_offset(moment, offset) if offset else self._for_utc(moment)

    def fixed(self, named: str = "") -> ZoneInfo | None:
        """The offset that the event names instead of a zone: `Etc/GMT+4`."""
        zone = called(named or self.raw.timezone) if named or self.raw.timezone else None
        return zone if zone and is_fixed(zone) else None

    def _at_place(self, origin: Origin) -> Origin:
        """The zone of the event's place instead of another one with the same clock: "8pm EST" in Toronto."""
        if self.raw.timezone or self.raw.calendar_timezone:
            return origin
        return next((one for one in self._by_place() if same_clock(one.zone, origin.zone)), origin)

    def _for_utc(self, moment: datetime) -> Origin:
        """The first zone that is not UTC; a later one, where the text tells start and end by that one's clock."""
        found = [origin for origin in self._in_order("") if origin.zone.key not in UTC_NAMES]
        if not found:
            self.notes.append("no time zone known: shown in UTC")
            return Origin(ZoneInfo("UTC"), "utc", 0.5)
        others = [origin for origin in found[1:] if not same_clock(origin.zone, found[0].zone)]
        end = self.raw.end
        if not others or not isinstance(end, datetime) or end.tzinfo is None:
            return found[0]
        spans = _hours_in(self.raw.description[:_MOST_TEXT])
        for origin in (found[0], *others):
            if tuple(one.astimezone(origin.zone).time() for one in (moment, end)) in spans:
                return origin
        return found[0]

    def _for_offset(self, moment: datetime, offset: timedelta) -> Origin:
        """The first zone with that offset at that moment.

        The event's own zone and that of its town count even with another offset. Where nothing tells a place,
        one of the country's zones with that offset, else the most probable zone with it.
        """
        found = list(self._in_order(""))
        for origin in found:
            if origin.found == "event" or moment.astimezone(origin.zone).utcoffset() == offset:
                return origin
            if origin.found == "venue city":
                break
        placed = next((origin for origin in found if origin.found in ("venue", "venue city")), None)
        if placed:
            self.notes.append("offset of the start differs from the venue's zone")
            return placed
        own = next((origin for origin in found if origin.found == "city"), None)
        if own and not (self.venue.city or self.venue.address or "," in self.venue.name):
            self.notes.append("offset of the start differs from the city's zone")
            return own
        zone = zone_of_offset(moment, zones_of_country(country_code(self.venue.country)))
        return Origin(zone or ZoneInfo("UTC"), "offset", 0.4)

    def _in_order(self, named: str) -> Iterator[Origin]:
        """The zones that the event may be in, the surest first: its own, that of its place, its calendar's, that
        of the source's city, the source's."""
        yield from self._named((named, "event", 0.95), (self.raw.timezone, "event", 0.98))
        calendar = list(self._named((self.raw.calendar_timezone, "calendar", 0.95)))
        is_nowhere = self.venue == Venue()  # the town beside an online event is that of its organizers
        yield from calendar if is_nowhere else ()
        yield from self._by_place()
        yield from calendar
        city = self.gazetteer.city(self.context.city) if self.context.city else None
        yield from self._named(
            (city.timezone if city else "", "city", 0.8), (self.context.timezone, "source", 0.7)
        )

    def _named(self, *names: tuple[str, str, float]) -> Iterator[Origin]:
        for name, found, confidence in names:
            zone = self._zone(name)
            if zone and not is_fixed(zone):
                yield Origin(zone, found, confidence)

    def _by_place(self) -> Iterator[Origin]:
        """The zones of the event's point and town.

        Points come from geocoders, which are wrong more often than towns.
        """
        point = usable_coordinates(*self.venue.shown_point)
        zone = zone_named(timezone_at(*point)) if point else None
        at_point = Origin(zone, "venue", 0.95) if zone and not is_fixed(zone) else None
        in_words = self._in_words()
        if at_point and (in_words is None or same_clock(at_point.zone, in_words.zone)):
            yield at_point
        elif in_words:
            yield in_words
            yield from [at_point] if at_point else []

    def _in_words(self) -> Origin | None:
        venue = (
            self.venue
            if self.venue != Venue()
            else Venue(city=city_name(self.raw.venue.city), country=self.raw.venue.country)
        )
        city = city_in_words(self.gazetteer, venue)
        zone = zone_named(city.timezone) if city else None
        if zone:
            return Origin(zone, "venue city", 0.85)
        zone = zone_named(
            zone_in_words(venue.address or parse_place(venue.name).address, venue.city, venue.country)
        )
        return Origin(zone, "venue words", 0.8) if zone else None

    def _zone(self, name: str) -> ZoneInfo | None:
        if not name:
            return None
        zone = called(name)
        if zone is None:
            note = f"time zone not known: {name[:60]}"
            if note not in self.notes:
                self.notes.append(note)
        return zone


@lru_cache(maxsize=SIBLINGS)
def _hours_in(description: str) -> tuple[tuple[time, time], ...]:
    """The spans of hours that the lines of a description tell: "5:30 PM 7:30 PM", "17:30–19:30"."""
    found: list[tuple[time, time]] = []
    for line in sanitize.lines(description).splitlines():
        clocks = [span.clock for span in clocks_in(line)]
        found += [(clock.start, clock.end) for clock in clocks if clock.end]
        found += [(one.start, other.start) for one, other in pairwise(clocks)]
    return tuple(found)


def called(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, or of a name from Windows, a vendor or a form; None for an unknown name."""
    return zone_named(name) or zone_named(iana_name(name) or displayed_name(name))


def city_in_words(gazetteer: Gazetteer, venue: Venue) -> CityFact | None:
    """The known city in a venue's words: its city field, its address, then a name that contains an address.

    A plain name does not count: a bar may be called Phoenix, also where its street follows.
    """
    for text in (venue.city, venue.address, parse_place(venue.name).address):
        city = gazetteer.city_named(text, country=venue.country) if text else None
        if city:
            return city
    return None


def with_sign(venue: Venue, zones: Iterable[str], notes: list[str]) -> Venue:
    """The venue with the corrected sign of a coordinate, where it was certainly lost.

    That is certain where the point is in none of the zones that the event, its calendar, its city and its
    source name, and its mirror image is in one.
    """
    point = usable_coordinates(venue.lat, venue.lng)
    clocks = {
        zone.key: zone for name in zones if name and (zone := called(name)) and zone.key not in UTC_NAMES
    }
    if point is None or not clocks or _keeps(timezone_at(*point), clocks.values()):
        return venue
    for lat, lng in ((point[0], -point[1]), (-point[0], point[1])):
        if _keeps(timezone_at(lat, lng), clocks.values()):
            notes.append("a coordinate had lost its sign")
            return replace(venue, lat=lat, lng=lng)
    return venue


def _keeps(name: str, clocks: Iterable[ZoneInfo]) -> bool:
    zone = zone_named(name)
    return zone is not None and any(same_clock(zone, clock) for clock in clocks)


def as_utc(moment: datetime) -> datetime:
    """A moment in UTC for comparisons: Python compares two aware datetimes of one zone by wall-clock time."""
    return moment.astimezone(UTC)
