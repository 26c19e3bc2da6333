"""The time zone of an event.

Its own, its calendar's, its venue's, its city's, its source's, in this order (architecture.md, section 4).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.contract.draft import SourceContext
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import RawRecord
from pipeline.dates.zone_names import displayed_name, iana_name
from pipeline.dates.zones import UTC_NAMES, same_clock, zone_named
from pipeline.geography.address_zones import zone_in_words
from pipeline.geography.coordinates import timezone_at
from pipeline.geography.gazetteer import CityFact, Gazetteer, usable_coordinates
from pipeline.geography.place_text import parse_place
from pipeline.refinement.locations.city_names import city_name

#: Zones for offsets that are no whole hours; `Etc/GMT` has no names for them.
_HALF_HOURS: Final = {
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    390: "Asia/Yangon",
    570: "Australia/Darwin",
    -210: "America/St_Johns",
}


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
        return next(self._in_order(named), Origin(ZoneInfo("UTC"), "none", 0.2))

    def for_instant(self, moment: datetime) -> Origin:
        """The zone in which to show an aware moment.

        A moment keeps its own IANA zone; a bare UTC time is shown in the venue's zone.
        """
        key = str(getattr(moment.tzinfo, "key", ""))
        own = zone_named(key) if key else None
        if own is not None and own.key not in UTC_NAMES:
            return Origin(own, "event", 0.98)
        offset = moment.utcoffset() or timedelta()
        if not offset:
            return self._for_utc()
        return self._for_offset(moment, offset)

    def _for_utc(self) -> Origin:
        """The first zone that is not UTC.

        A calendar's own zone precedes coordinates, which come from geocoders and are often wrong.
        """
        found = next((origin for origin in self._in_order("") if origin.zone.key not in UTC_NAMES), None)
        if found is None:
            self.notes.append("no time zone known: shown in UTC")
        return found or Origin(ZoneInfo("UTC"), "utc", 0.5)

    def _for_offset(self, moment: datetime, offset: timedelta) -> Origin:
        """The first zone with that offset at that moment.

        The event's own zone and that of its coordinates count even with another offset.
        """
        found = list(self._in_order(""))
        for origin in found:
            if origin.found == "event" or moment.astimezone(origin.zone).utcoffset() == offset:
                return origin
        placed = next((origin for origin in found if origin.found in ("venue", "venue city")), None)
        if placed:
            self.notes.append("offset of the start differs from the venue's zone")
            return placed
        own = next((origin for origin in found if origin.found == "city"), None)
        if own and not (self.venue.city or self.venue.address or "," in self.venue.name):
            self.notes.append("offset of the start differs from the city's zone")
            return own
        return Origin(_zone_of_offset(offset), "offset", 0.4)

    def _in_order(self, named: str) -> Iterator[Origin]:
        for name, found, confidence in (
            (named, "event", 0.95),
            (self.raw.timezone, "event", 0.98),
            (self.raw.calendar_timezone, "calendar", 0.95),
        ):
            zone = self._zone(name)
            if zone:
                yield Origin(zone, found, confidence)
        yield from self._by_place()
        city = self.gazetteer.city(self.context.city) if self.context.city else None
        for name, found, confidence in (
            (city.timezone if city else "", "city", 0.8),
            (self.context.timezone, "source", 0.7),
        ):
            zone = self._zone(name)
            if zone:
                yield Origin(zone, found, confidence)

    def _by_place(self) -> Iterator[Origin]:
        point = usable_coordinates(self.venue.lat, self.venue.lng)
        zone = zone_named(timezone_at(*point)) if point else None
        if zone:
            yield Origin(zone, "venue", 0.95)
            return
        # an online event has no venue; a town beside it is that of its organizers
        venue = (
            self.venue
            if self.venue != Venue()
            else Venue(city=city_name(self.raw.venue.city), country=self.raw.venue.country)
        )
        city = city_in_words(self.gazetteer, venue)
        zone = zone_named(city.timezone) if city else None
        if zone:
            yield Origin(zone, "venue city", 0.85)
            return
        zone = zone_named(
            zone_in_words(venue.address or parse_place(venue.name).address, venue.city, venue.country)
        )
        if zone:
            yield Origin(zone, "venue words", 0.8)

    def _zone(self, name: str) -> ZoneInfo | None:
        if not name:
            return None
        zone = called(name)
        if zone is None:
            note = f"time zone not known: {name[:60]}"
            if note not in self.notes:
                self.notes.append(note)
        return zone


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


def _zone_of_offset(offset: timedelta) -> ZoneInfo:
    """A zone for a bare offset. `Etc/GMT` names count backwards (UTC+2 is Etc/GMT-2)."""
    minutes = int(offset.total_seconds() // 60)
    name = _HALF_HOURS.get(minutes, "") if minutes % 60 else f"Etc/GMT{-minutes // 60:+d}"
    return zone_named(name) or ZoneInfo("UTC")


def as_utc(moment: datetime) -> datetime:
    """A moment in UTC for comparisons: Python compares two aware datetimes of one zone by wall-clock time."""
    return moment.astimezone(UTC)
