"""In which time zone an event is: its own, its calendar's, its venue's, its city's, its source's, in this order (architecture.md, section 4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from events.records import Venue
from places.atlas import Atlas, CityFact, usable_coordinates
from places.geography import timezone_at, zone_named
from sources.records import RawRecord, SourceContext

_UTC_NAMES: Final = frozenset(
    {"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "UCT", "Etc/UCT", "Universal", "Etc/Universal", "Etc/Zulu", "GMT0", "Greenwich"}
)
#: Zones of offsets that are no whole hours, which `Etc/GMT` names do not have.
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
    """A zone and where it was found, with how far that is believed."""

    zone: ZoneInfo
    found: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ZoneFinder:
    """The zones that one record may be in."""

    raw: RawRecord
    venue: Venue
    context: SourceContext
    atlas: Atlas
    notes: list[str]

    def for_wall(self, named: str = "") -> Origin:
        """The zone of a time that says none, or of a date; `named` is one that its own words name. UTC, hardly believed, where all is silent."""
        return next(self._in_order(named), Origin(ZoneInfo("UTC"), "none", 0.2))

    def for_instant(self, moment: datetime) -> Origin:
        """The zone in which to show an aware moment. An IANA zone of its own stays; a bare UTC time is shown where the venue is."""
        key = str(getattr(moment.tzinfo, "key", ""))
        own = zone_named(key) if key else None
        if own is not None and own.key not in _UTC_NAMES:
            return Origin(own, "event", 0.98)
        offset = moment.utcoffset() or timedelta()
        if not offset:
            return self._for_utc()
        return self._for_offset(moment, offset)

    def _for_utc(self) -> Origin:
        """A zone that is not UTC itself: the event's, the venue's, then the calendar's, the city's, the source's; else UTC."""
        found = [origin for origin in self._in_order("") if origin.zone.key not in _UTC_NAMES]
        nearest = {"event": 0, "venue": 1, "venue city": 2}
        found.sort(key=lambda origin: nearest.get(origin.found, 3))
        return found[0] if found else Origin(ZoneInfo("UTC"), "utc", 0.5)

    def _for_offset(self, moment: datetime, offset: timedelta) -> Origin:
        """The first zone with that offset at that moment; the event's own and its coordinates' count even where they differ."""
        found = list(self._in_order(""))
        for origin in found:
            if origin.found == "event" or moment.astimezone(origin.zone).utcoffset() == offset:
                return origin
        placed = next((origin for origin in found if origin.found in ("venue", "venue city")), None)
        if placed:
            self.notes.append("offset of the start differs from the venue's zone")
            return placed
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
        city = self.atlas.city(self.context.city) if self.context.city else None
        for name, found, confidence in ((city.timezone if city else "", "city", 0.8), (self.context.timezone, "source", 0.7)):
            zone = self._zone(name)
            if zone:
                yield Origin(zone, found, confidence)

    def _by_place(self) -> Iterator[Origin]:
        point = usable_coordinates(self.venue.lat, self.venue.lng)
        zone = zone_named(timezone_at(*point)) if point else None
        if zone:
            yield Origin(zone, "venue", 0.95)
            return
        city = city_in_words(self.atlas, self.venue)
        zone = zone_named(city.timezone) if city else None
        if zone:
            yield Origin(zone, "venue city", 0.85)

    def _zone(self, name: str) -> ZoneInfo | None:
        if not name:
            return None
        zone = zone_named(name)
        if zone is None:
            note = f"time zone not known: {name[:60]}"
            if note not in self.notes:
                self.notes.append(note)
        return zone


def city_in_words(atlas: Atlas, venue: Venue) -> CityFact | None:
    """The known city that a venue's words name: its city field first, then its address, then a name that holds an address.

    A name alone is none: a bar may be called Phoenix."""
    name = venue.name if "," in venue.name or "\n" in venue.name else ""
    for text in (venue.city, venue.address, name):
        city = atlas.city_named(text, country=venue.country) if text else None
        if city:
            return city
    return None


def _zone_of_offset(offset: timedelta) -> ZoneInfo:
    """A zone for an offset alone: `Etc/GMT` names count backwards (UTC+2 is Etc/GMT-2)."""
    minutes = int(offset.total_seconds() // 60)
    name = _HALF_HOURS.get(minutes, "") if minutes % 60 else f"Etc/GMT{-minutes // 60:+d}"
    return zone_named(name) or ZoneInfo("UTC")


def as_utc(moment: datetime) -> datetime:
    """For comparing: two aware datetimes of one zone would be compared by what clocks show."""
    return moment.astimezone(UTC)
