"""Time zones of calendars: TZID to a zone, by IANA name, by what other programs call it, or by the VTIMEZONE
in the file."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from pipeline import patterns
from pipeline.connectors.formats.ical.lines import read_lines
from pipeline.connectors.formats.ical.vtimezone import Transition, transitions
from pipeline.dates.recurrence import Budget
from pipeline.dates.zone_names import UTC_NAMES, displayed_name, iana_name, names

_OFFSET: Final = patterns.compile(
    r"(?:\(?(?:UTC|GMT))?\s*([+-])\s*(\d{1,2}):?(\d{2})?\)?", patterns.IGNORECASE | patterns.ASCII
)
#: Zones tried, in this order, when a VTIMEZONE has a private name: the most populous of each rule comes
#: first.
_FAMILIAR: Final = """
    America/New_York America/Chicago America/Denver America/Los_Angeles America/Phoenix America/Anchorage Pacific/Honolulu America/Halifax
    America/St_Johns Europe/London Europe/Berlin Europe/Athens Europe/Moscow Europe/Istanbul Atlantic/Reykjavik America/Sao_Paulo
    America/Argentina/Buenos_Aires America/Santiago America/Mexico_City America/Bogota Asia/Kolkata Asia/Dubai Asia/Karachi Asia/Dhaka
    Asia/Kathmandu Asia/Bangkok Asia/Shanghai Asia/Tokyo Asia/Jerusalem Asia/Tehran Africa/Lagos Africa/Johannesburg Africa/Nairobi
    Africa/Cairo Australia/Perth Australia/Brisbane Australia/Sydney Australia/Adelaide Australia/Darwin Pacific/Auckland
""".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Floating:
    """No zone: the same wall-clock time wherever one is. Like every zone it can `attach` a wall-clock time
    (naive) to a moment, tell what clocks show (`wall`, naive) at a moment, and go on `after` a moment by
    elapsed time, which is not the same as wall-clock time."""

    name: str = ""

    def attach(self, wall: datetime) -> datetime:
        return wall

    def wall(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=None)

    def after(self, moment: datetime, elapsed: timedelta) -> datetime:
        return moment + elapsed


@dataclass(frozen=True, slots=True)
class Named:
    """A zone of the IANA database; UTC has no name, as nobody lives there: the venue's zone is to be shown.

    A wall-clock time that a clock change skips is moved forward by the change; of one that comes twice the
    first is meant (RFC 5545, 3.3.5).
    """

    name: str
    info: ZoneInfo | timezone

    def attach(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.info).astimezone(UTC).astimezone(self.info)

    def wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self.info).replace(tzinfo=None, fold=0)

    def after(self, moment: datetime, elapsed: timedelta) -> datetime:
        return (moment.astimezone(UTC) + elapsed).astimezone(self.info)


class Defined:
    """A zone that only its VTIMEZONE knows. `changes` in order; before the first, clocks show what it changes
    from."""

    def __init__(self, name: str, changes: Sequence[Transition]) -> None:
        self.name = name
        self._moments = [change.at for change in changes]
        # until when (wall-clock) the offset before a change holds: through the hour that it skips, and the
        # first of the hour that comes twice
        self._walls = [change.at + max(change.before, change.after) for change in changes]
        self._offsets = [changes[0].before, *(change.after for change in changes)]

    def attach(self, wall: datetime) -> datetime:
        return self._show((wall - self._offsets[bisect_right(self._walls, wall)]).replace(tzinfo=UTC))

    def wall(self, moment: datetime) -> datetime:
        return self._show(moment).replace(tzinfo=None)

    def after(self, moment: datetime, elapsed: timedelta) -> datetime:
        return self._show(moment + elapsed)

    def _show(self, moment: datetime) -> datetime:
        naive = moment.astimezone(UTC).replace(tzinfo=None)
        return moment.astimezone(timezone(self._offsets[bisect_right(self._moments, naive)]))

    def agrees(self, name: str, year: int) -> bool:
        """Whether clocks here and in the zone `name` show the same, on every fifth day of three years."""
        info = ZoneInfo(name)
        first = datetime(year - 1, 1, 1, 12, tzinfo=UTC)
        samples = (first + timedelta(days=5 * step) for step in range(219))
        return all(
            self._show(moment).utcoffset() == moment.astimezone(info).utcoffset() for moment in samples
        )


#: Where an event's clocks are. `name` is the IANA name, '' where there is none to be named.
Zone = Floating | Named | Defined

FLOATING: Final = Floating()
UTC_ZONE: Final = Named("", UTC)


class Zones:
    """The zones of one calendar. `hints` are names that the calendar or the source speaks of, tried first for
    a VTIMEZONE with a private name; `year` is about when its events are; `budget` bounds the work that
    VTIMEZONEs may cause."""

    def __init__(
        self, definitions: Iterable[bytes], *, hints: Sequence[str] = (), year: int, budget: Budget
    ) -> None:
        self._definitions = {_tzid(text).casefold(): text for text in definitions}
        self._hints = tuple(name for name in map(iana_name, hints) if name)
        self._year = year
        self._budget = budget
        self._known: dict[str, Zone | None] = {}

    def find(self, tzid: str) -> Zone | None:
        """The zone of a TZID, None where nobody knows it."""
        if tzid not in self._known:
            self._known[tzid] = self._resolve(tzid)
        return self._known[tzid]

    def only_name(self) -> str:
        """The IANA name of the one VTIMEZONE there is, '' where there are none or several."""
        found = (
            {zone.name for zone in map(self.find, self._definitions) if zone}
            if len(self._definitions) == 1
            else set()
        )
        return found.pop() if found else ""

    def _resolve(self, tzid: str) -> Zone | None:
        text = tzid.strip().strip("\"'")
        definition = self._definitions.get(text.casefold())
        defined = (
            self._defined(definition)
            if definition and (text.casefold() in UTC_NAMES or not iana_name(text))
            else None
        )
        if defined:
            return defined
        name = iana_name(text)
        if name == "UTC":
            return UTC_ZONE
        return Named(name, ZoneInfo(name)) if name else fixed_offset(text) or _displayed(text)

    def _defined(self, definition: bytes) -> Zone | None:
        changes = transitions(definition, self._budget)
        if not changes:
            return None
        if not any(change.before or change.after for change in changes):
            return UTC_ZONE
        stated = read_lines(
            definition, definition.find(b"\n") + 1, len(definition), (b"X-LIC-LOCATION",)
        ).get("X-LIC-LOCATION", [])
        candidates = [name for name in (iana_name(line.value) for line in stated) if name]
        zone = Defined("", changes)
        zone.name = next(
            (name for name in (*candidates, *self._hints, *_FAMILIAR) if zone.agrees(name, self._year)), ""
        )
        return zone


def fixed_offset(text: str) -> Zone | None:
    """The zone of `UTC+2`, `GMT-05:00` or `+0530`."""
    match = _OFFSET.fullmatch(text)
    if not match:
        return None
    hours, minutes = int(match.group(2)), int(match.group(3) or 0)
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if match.group(1) == "-" else 1)
    sign = "-" if offset > timedelta() else "+"
    whole = f"Etc/GMT{sign}{hours}" if hours and not minutes else ""
    return Named(names().get(whole.casefold(), ""), timezone(offset))


def _displayed(text: str) -> Zone | None:
    name = displayed_name(text)
    return Named(name, ZoneInfo(name)) if name else None


def _tzid(definition: bytes) -> str:
    lines = read_lines(definition, definition.find(b"\n") + 1, len(definition), (b"TZID",)).get("TZID", [])
    return lines[0].value.strip().strip("\"'") if lines else ""
