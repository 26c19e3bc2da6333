"""Occurrences of one series within the window: its dates, with what overrides single ones (RFC 5545,
3.8.4.4)."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from pipeline.connectors.formats.ical.dates import DateSet, Start
from pipeline.connectors.formats.ical.entries import Entry
from pipeline.connectors.formats.ical.entry_times import Clock
from pipeline.dates.ical_values import When
from pipeline.dates.moments import day_of
from pipeline.dates.window import Window

_DAY: Final = timedelta(days=1)
_EARLIEST: Final = datetime(1, 1, 2)  # noqa: DTZ001 (wall-clock)
_LATEST: Final = datetime(9999, 12, 30)  # noqa: DTZ001 (wall-clock)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series: `entry` says what happens then, `recurrence_id` is the original start as stable
    text."""

    entry: Entry
    recurrence_id: str
    start: When
    end: When | None


class Series:
    """A master's dates with its overrides. `notes` are complete once `occurrences` has begun."""

    def __init__(
        self,
        master: Entry,
        overrides: Sequence[Entry],
        dates: DateSet,
        *,
        clock: Clock,
        window: Window,
        most: int,
    ) -> None:
        self._master = master
        self._dates = dates
        self._clock = clock
        self._window = window
        self._most = most
        places = [(dates.place(entry.original or entry.times.start), entry) for entry in overrides]
        self._overrides = {dates.key(wall): (wall, entry) for wall, entry in places}
        self._onwards = sorted(
            ((wall, entry) for wall, entry in places if entry.onwards), key=lambda pair: pair[0]
        )
        self.notes: list[str] = []

    def occurrences(self) -> Iterator[Occurrence]:
        """In order of their original start, overrides of dates that the rule has not last. Raises
        `DropRecord` with the reason."""
        left = dict(self._overrides)
        originals = self._originals()
        self.notes += self._dates.notes
        for wall, length in originals:
            key = self._dates.key(wall)
            override = left.pop(key, None)
            occurrence = (
                self._overridden(override[1], key) if override else self._regular((wall, length), key)
            )
            if self._wanted(occurrence, wall):
                yield occurrence
        for key, (wall, entry) in left.items():
            occurrence = self._overridden(entry, key)
            if (
                not self._dates.excludes(wall)
                and self._current(entry, wall)
                and self._wanted(occurrence, wall)
            ):
                yield occurrence

    def _originals(self) -> list[Start]:
        """Starts that may touch the window, `most` of them."""
        zone = self._master.times.start.zone
        moved = max(
            (abs(entry.times.start.naive - wall) for wall, entry in self._onwards), default=timedelta()
        )
        before, after = self._longest() + moved + 2 * _DAY, moved + 2 * _DAY
        first, last = (
            _bounded(zone.wall(self._window.start), -before),
            _bounded(zone.wall(self._window.end), after),
        )
        found = self._dates.between(first, last)
        if len(found) <= self._most:
            return found
        touching = (start for start in found if self._wanted(self._regular(start, ""), start[0]))
        inside = list(islice(touching, self._most + 1))
        if len(inside) > self._most:
            self.notes.append(f"only the first {self._most} dates of the series")
        return inside[: self._most]

    def _longest(self) -> timedelta:
        entries = (self._master, *(entry for _, entry in self._onwards))
        own = (length.total for _, length in self._master.dates if length)
        return max(
            (*(entry.times.length.total for entry in entries if entry.times.length), *own),
            default=timedelta(),
        )

    def _regular(self, start: Start, key: str) -> Occurrence:
        """The occurrence as the master says, or the last override with THISANDFUTURE before it, by whose
        shift it is shifted."""
        wall, length = start
        entry, begins = self._master, wall
        before = bisect_left(self._onwards, wall, key=lambda pair: pair[0])
        if before:
            since, entry = self._onwards[before - 1]
            begins, length = entry.times.start.naive + (wall - since), None
        return Occurrence(entry, key, *entry.times.at(begins, length))

    def _overridden(self, override: Entry, key: str) -> Occurrence:
        return Occurrence(override, key, *override.times.at(override.times.start.naive))

    def _wanted(self, occurrence: Occurrence, wall: datetime) -> bool:
        """Whether it touches the window, or did before it was moved."""
        if self._touches(occurrence.start, occurrence.end):
            return True
        return occurrence.entry.original is not None and self._touches(self._dates.moment(wall).when, None)

    def _touches(self, start: When, end: When | None) -> bool:
        if not isinstance(start, datetime):
            return self._window.holds_day(start, day_of(end) if end else None)
        return self._window.holds(self._clock.instant(start), self._clock.instant(end) if end else None)

    def _current(self, override: Entry, wall: datetime) -> bool:
        """False for the remains of an older version: an override with rules of its own, for a date that the
        newer master has not."""
        if override.version[0] >= self._master.version[0] or not (override.recurs or override.dates_out):
            return True
        return self._dates.has(wall)


def _bounded(moment: datetime, shift: timedelta) -> datetime:
    try:
        return min(max(moment + shift, _EARLIEST), _LATEST)
    except OverflowError:
        return _EARLIEST if shift < timedelta() else _LATEST
