"""From a split feed to records: groups components by UID, lets the newest version win, expands series, and
drops one by one what cannot be read."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Final

from pipeline import patterns
from pipeline.connectors.formats.ical.dates import DateSet
from pipeline.connectors.formats.ical.entries import HEAD, Entry, read_entry, read_uid
from pipeline.connectors.formats.ical.entry_times import Clock, require_years
from pipeline.connectors.formats.ical.fields import WANTED, describe, raw_text, title_of
from pipeline.connectors.formats.ical.lines import Properties, read_lines, text_of
from pipeline.connectors.formats.ical.recur import Occurrence, Series
from pipeline.connectors.formats.ical.split import Calendar, Feed, Span
from pipeline.connectors.formats.ical.venues import Venues
from pipeline.connectors.formats.ical.versions import newest_masters, newest_overrides, with_owners
from pipeline.connectors.formats.ical.zones import UTC_ZONE, Zones
from pipeline.contract.connector import FetchParams
from pipeline.contract.exceptions import DropRecord
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Recurrence
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.ical_values import When, compact, parse_length
from pipeline.dates.recurrence import Budget
from pipeline.dates.window import Window
from pipeline.dates.zone_names import iana_name
from pipeline.text.decoding import bounded_id

#: Steps of expanding rules: for all series of a feed, and by each of its bytes; beside them those within the
#: window, of which an honest series has some 430 in its 150 bytes.
_STEPS: Final = 100_000
_STEPS_A_BYTE: Final = 1
_WINDOW_STEPS: Final = 50_000
_WINDOW_STEPS_A_BYTE: Final = 4
#: Occurrences of all series of a feed, and by each three of its bytes.
_OCCURRENCES: Final = 20_000
_BYTES_AN_OCCURRENCE: Final = 3
_ZONE_BUDGET: Final = 200_000
_MAX_DATES_TOLD: Final = 200
_MAX_RULE_TOLD: Final = 2_000
_HEADER: Final = frozenset(
    b"X-WR-CALNAME NAME X-WR-TIMEZONE TIMEZONE-ID METHOD REFRESH-INTERVAL X-PUBLISHED-TTL".split()
)
_UID: Final = patterns.compile(rb"^UID[ \t]*[:;][^\n]*", patterns.MULTILINE | patterns.IGNORECASE)
_PRIVATE: Final = patterns.compile(
    rb"^CLASS[ \t]*(?:;[^:\n]*)?:[ \t]*PRIVATE[ \t]*$", patterns.MULTILINE | patterns.IGNORECASE
)
_ALL_PRIVATE: Final = "marked private, as is every event of this calendar"

Read = RawRecord | Dropped


@dataclass(frozen=True, slots=True)
class Context:
    """What one VCALENDAR says for all its events."""

    clock: Clock
    timezone: str
    name: str
    cancels: bool
    fresh_for: timedelta | None
    venues: Venues


def contexts(feed: Feed, params: FetchParams) -> list[Context]:
    """One for each calendar of the feed; zones are only looked into when an event asks for them."""
    budget = Budget(_ZONE_BUDGET)
    return [_context(calendar, params, budget) for calendar in feed.calendars]


def _context(calendar: Calendar, params: FetchParams, budget: Budget) -> Context:
    lines = read_lines(calendar.header, 0, len(calendar.header), _HEADER)
    stated = next(
        (line.value for name in ("X-WR-TIMEZONE", "TIMEZONE-ID") for line in lines.get(name, ())), ""
    )
    zones = Zones(calendar.zones, hints=(stated, params.timezone), year=params.now.year, budget=budget)
    timezone = iana_name(stated) or getattr(zones.find(stated), "name", "") or zones.only_name()
    fallback = zones.find(timezone) or zones.find(params.timezone) or UTC_ZONE
    name = next((text_of(line) for key in ("X-WR-CALNAME", "NAME") for line in lines.get(key, ())), "")
    cancels = any(line.value.strip().upper() == "CANCEL" for line in lines.get("METHOD", ()))
    return Context(
        Clock(zones, fallback), timezone, name[:200], cancels, _fresh_for(lines), Venues(calendar.venues)
    )


def _fresh_for(lines: Properties) -> timedelta | None:
    """How often the calendar wants to be asked (RFC 7986, 5.7, or Outlook's older word); None where it does
    not say, or not readably."""
    for name in ("REFRESH-INTERVAL", "X-PUBLISHED-TTL"):
        for line in lines.get(name, ()):
            with contextlib.suppress(ValueError, OverflowError):
                return max(parse_length(line.value).total, timedelta())
    return None


class FeedReader:
    """Reads the events of a feed, one UID at a time. `most`: occurrences of a series at most."""

    def __init__(self, feed: Feed, params: FetchParams, *, found: Sequence[Context], most: int) -> None:
        self._feed = feed
        self._window = Window.of(params)
        self._contexts = found
        size = len(feed.body)
        self._budget = Budget(_STEPS + _STEPS_A_BYTE * size, kept=_WINDOW_STEPS + _WINDOW_STEPS_A_BYTE * size)
        self._most = most
        self._left = _OCCURRENCES + size // _BYTES_AN_OCCURRENCE
        self._all_private = all_private(feed)

    def records(self) -> Iterator[Read]:
        """All records and drops of the feed, by first appearance of their UID."""
        for spans in self._groups():
            yield from self._guarded(spans)
        for _ in range(self._feed.overflow):
            yield Dropped(reason="too many events")

    def _groups(self) -> list[list[Span]]:
        """Spans of equal UID together; one without UID stands alone."""
        groups: dict[bytes | int, list[Span]] = {}
        for place, span in enumerate(self._feed.events):
            groups.setdefault(self._uid_line(span) or place, []).append(span)
        return list(groups.values())

    def _uid_line(self, span: Span) -> bytes:
        """The UID as bytes, read quickly: only one behind an inner component (an alarm has its own) is read
        with care."""
        body = self._feed.body
        match = _UID.search(body, span.start, span.end)
        if match and body.find(b"BEGIN:", span.start, match.start()) < 0:
            return match.group().partition(b":")[2].strip()
        lines = read_lines(body, span.start, span.end, (b"UID",)) if match else {}
        return lines["UID"][0].value.strip().encode() if "UID" in lines else b""

    def _guarded(self, spans: Sequence[Span]) -> Iterator[Read]:
        """What one UID gives. Date arithmetic at the ends of time is the one error that is only known when it
        happens."""
        try:
            yield from self._group(spans)
        except (OverflowError, ValueError) as error:
            uid = bounded_id(self._uid_line(spans[0]).decode("utf-8", "ignore"), notes=[])
            yield Dropped(reason="date out of range", external_id=uid, detail=str(error)[:200])

    def _group(self, spans: Sequence[Span]) -> Iterator[Read]:
        masters: list[Entry] = []
        overrides: list[Entry] = []
        for span in spans:
            entry = self._entry(span)
            if isinstance(entry, Dropped):
                yield entry
            elif entry.original is None:
                masters.append(entry)
            else:
                overrides.append(entry)
        masters, old = newest_masters(masters)
        overrides, older = newest_overrides(overrides)
        yield from (self._drop(entry, reason) for entry, reason in chain(old, older))
        yield from self._told_once(self._masters(masters, overrides))

    def _entry(self, span: Span) -> Entry | Dropped:
        lines = self._lines(span, HEAD)
        try:
            if span.truncated:
                raise DropRecord("truncated")
            context = self._contexts[span.calendar]
            entry = read_entry(lines, span, context.clock, cancelled=context.cancels)
            if not entry.recurs:
                require_years(entry.times.start)
        except DropRecord as error:
            return self._dropped(span, error.detail, lines)
        return (
            replace(entry, private=False, notes=(*entry.notes, _ALL_PRIVATE)) if self._all_private else entry
        )

    def _masters(self, masters: Sequence[Entry], overrides: Sequence[Entry]) -> Iterator[Read]:
        """Masters with the overrides that are theirs; overrides without a master, and single events, whatever
        their date."""
        if any(master.private for master in masters):
            yield from (self._drop(entry, "private") for entry in (*masters, *overrides))
            return
        for master, own in with_owners(masters, overrides, self._dates):
            if master is None:
                yield from chain.from_iterable(self._single(entry, entry.original_key) for entry in own)
            elif master.recurs or own:
                yield from self._series(master, own)
            else:
                yield from self._single(master, master.key if len(masters) > 1 else "")

    def _dates(self, master: Entry) -> DateSet:
        return DateSet(master, self._contexts[master.span.calendar].clock, self._budget)

    def _single(self, entry: Entry, recurrence_id: str) -> Iterator[Read]:
        if entry.private:
            yield self._drop(entry, "private")
            return
        start, end = entry.times.at(entry.times.start.naive)
        yield self._record(entry, entry if recurrence_id else None, recurrence_id, start, end)

    def _series(self, master: Entry, overrides: Sequence[Entry]) -> Iterator[Read]:
        """The occurrences of a series, each text read once. A series without any says so: its drop has no id,
        as it vouches for no date."""
        clock, count = self._contexts[master.span.calendar].clock, 0
        reported: dict[Span, RawRecord] = {}
        try:
            if self._left <= 0:
                raise DropRecord("recurrence too long to expand")
            dates = self._dates(master)
            series = Series(
                master,
                overrides,
                dates,
                clock=clock,
                window=self._window,
                most=min(self._most, self._left),
            )
            for occurrence in series.occurrences():
                count += 1
                self._left -= 1
                yield self._occurrence(master, occurrence, reported, series.notes)
        except DropRecord as error:
            yield self._drop(master, error.detail)
            return
        if dates.refused or not count:
            yield Dropped(
                reason=dates.refused or "no date in the window",
                title=title_of(self._lines(master.span, WANTED)),
                detail=master.uid,
            )

    def _occurrence(
        self, master: Entry, occurrence: Occurrence, reported: dict[Span, RawRecord], notes: Sequence[str]
    ) -> Read:
        entry, key = occurrence.entry, occurrence.recurrence_id
        if entry.private:
            return Dropped(reason="private", external_id=entry.uid, recurrence_id=key)
        if entry.span not in reported:
            reported[entry.span] = self._record(entry, master, key, occurrence.start, occurrence.end, notes)
        return replace(reported[entry.span], recurrence_id=key, start=occurrence.start, end=occurrence.end)

    def _record(
        self,
        entry: Entry,
        master: Entry | None,
        recurrence_id: str,
        start: When,
        end: When | None,
        notes: Sequence[str] = (),
    ) -> RawRecord:
        reported = [*self._feed.notes, *notes, *entry.notes]
        lines = self._lines(entry.span, WANTED)
        raw = raw_text(self._feed.body, entry.span.start, entry.span.end, reported)
        record = describe(lines, notes=reported)
        return replace(
            record,
            venue=self._contexts[entry.span.calendar].venues.told_in(record.venue, lines),
            external_id=entry.uid,
            stable_id=bool(entry.uid),
            recurrence_id=recurrence_id,
            start=start,
            end=end,
            all_day=entry.times.all_day,
            timezone=entry.times.start.zone.name if entry.times.start.timed else "",
            calendar_timezone=self._contexts[entry.span.calendar].timezone,
            recurrence=_recurrence(master) if master else None,
            status="cancelled" if entry.cancelled else record.status,
            raw=raw,
            notes=tuple(dict.fromkeys(reported)),
        )

    def _lines(self, span: Span, wanted: frozenset[bytes]) -> Properties:
        return read_lines(self._feed.body, span.start, span.end, wanted)

    def _drop(self, entry: Entry, reason: str) -> Dropped:
        """The drop of an entry; of a private one nothing is told but its id."""
        if reason == "private":
            return Dropped(reason=reason, external_id=entry.uid, recurrence_id=entry.original_key)
        return self._dropped(
            entry.span, reason, self._lines(entry.span, WANTED), recurrence_id=entry.original_key
        )

    def _dropped(self, span: Span, reason: str, lines: Properties, *, recurrence_id: str = "") -> Dropped:
        title = title_of(self._lines(span, WANTED))
        raw = raw_text(self._feed.body, span.start, span.end, [])
        return Dropped(
            reason=reason, external_id=read_uid(lines, []), recurrence_id=recurrence_id, title=title, raw=raw
        )

    def _told_once(self, records: Iterator[Read]) -> Iterator[Read]:
        """Two masters of one UID may claim the same date: the first has it."""
        seen: set[str] = set()
        for record in records:
            if isinstance(record, RawRecord) and record.recurrence_id and record.external_id:
                if record.recurrence_id in seen:
                    yield Dropped(
                        reason="duplicate in the feed",
                        external_id=record.external_id,
                        recurrence_id=record.recurrence_id,
                        title=record.title[:200],
                    )
                    continue
                seen.add(record.recurrence_id)
            yield record


def all_private(feed: Feed) -> bool:
    """Whether every event says CLASS:PRIVATE: some programs write it for all, so that in a calendar given out
    as a whole it tells nothing apart."""
    return bool(feed.events) and all(_PRIVATE.search(feed.body, span.start, span.end) for span in feed.events)


def _recurrence(master: Entry) -> Recurrence:
    """The rule of a series as text, its dates compact; long lists are cut, the records themselves are what
    counts."""
    return Recurrence(
        rrule="\n".join(master.rules)[:_MAX_RULE_TOLD],
        rdate=tuple(compact(moment.when) for moment, _ in master.dates[:_MAX_DATES_TOLD]),
        exdate=tuple(compact(moment.when) for moment in master.dates_out[:_MAX_DATES_TOLD]),
        series_id=master.uid,
    )
