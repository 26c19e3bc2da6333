"""From bytes to components: unfolds, finds where each VEVENT begins and ends, and notes what the calendars
around them say of themselves.

Works on UTF-8 bytes, not on text, so that ten megabytes stay ten megabytes, and a character cut in two by
folding is whole again before it is decoded. Nothing is parsed here but the marker lines; a component that is
broken costs nobody else anything.
"""

import codecs
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pipeline import patterns
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import decode, is_wide

MAX_EVENTS: Final = 100_000
_MAX_HEADER: Final = 20_000
_MAX_ZONES: Final = 500
_MAX_VENUES: Final = 5_000
_MARK: Final = patterns.compile(
    rb"^[ \t]*(BEGIN|END)[ \t]*:[ \t]*([A-Za-z0-9-]{1,60})[ \t]*$", patterns.MULTILINE | patterns.IGNORECASE
)
_BEGIN: Final = patterns.compile(
    rb"^[ \t]*BEGIN[ \t]*:[ \t]*(VCALENDAR|VEVENT)[ \t]*$", patterns.MULTILINE | patterns.IGNORECASE
)
_HTML: Final = patterns.compile(
    rb"\s*+(?:<!--(?>.{0,500}?-->)\s*+)*+<(?:!doctype\s++html|html|head|body)\b",
    patterns.IGNORECASE | patterns.DOTALL,
)
#: A calendar with so many folded lines that all begin with two spaces was folded with two: by chance one word in six
#: begins a line.
_LEAST_DOUBLE: Final = 4
_SIBLINGS: Final = (b"VTODO", b"VJOURNAL", b"VFREEBUSY", b"VTIMEZONE")


@dataclass(slots=True)
class Calendar:
    """What stands outside the components of one VCALENDAR, as bytes, and its VTIMEZONEs and VVENUEs."""

    header: bytes = b""
    zones: list[bytes] = field(default_factory=list)
    venues: list[bytes] = field(default_factory=list)


class Span(NamedTuple):
    """Where a VEVENT's lines are in the body. `ended`: its END was there; `truncated`: the text broke off
    within it."""

    start: int
    end: int
    calendar: int
    ended: bool = True
    truncated: bool = False


@dataclass(slots=True)
class Feed:
    """The unfolded UTF-8 body and the places of its events. `whole`: every VCALENDAR was closed. `overflow`:
    events beyond `MAX_EVENTS`."""

    body: bytes
    calendars: list[Calendar] = field(default_factory=list)
    events: list[Span] = field(default_factory=list)
    whole: bool = True
    overflow: int = 0
    notes: tuple[str, ...] = ()


def split(payload: RawPayload) -> Feed:
    """Index of the events in `payload`. Raises `SchemaChanged` for what is no calendar."""
    body, notes = _utf8(payload)
    if not _BEGIN.search(body) or _HTML.match(body):
        raise SchemaChanged(_what_it_is(body))
    scanner = _Scanner(Feed(body, notes=notes))
    for mark in _MARK.finditer(body):
        scanner.see(mark)
    return scanner.finish()


def calendar_start(content: bytes, content_type: str = "") -> bool:
    """Whether the first bytes of `content` open a calendar."""
    head = decode(content[:4096], content_type=content_type).text.encode()
    return bool(_BEGIN.search(_unfold(head))) and not _HTML.match(head)


def _utf8(payload: RawPayload) -> tuple[bytes, tuple[str, ...]]:
    """The payload unfolded, with plain line feeds, in valid UTF-8."""
    content = payload.content.removeprefix(codecs.BOM_UTF8)
    wide = is_wide(content)
    unfolded = content if wide else _unfold(content)
    if not wide and b"\x1b" not in content[:4000] and _valid(unfolded):
        return unfolded, ()
    decoded = decode(unfolded, content_type=payload.content_type)
    return _unfold(decoded.text.encode()), decoded.notes


def _unfold(content: bytes) -> bytes:
    """One property a line, no empty lines. By `replace` alone: a pattern would keep a list of millions of
    pieces, or never end, on hostile input."""
    lines = (
        content.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\r" in content
        else content
    )
    while b"\n\n" in lines:
        lines = lines.replace(b"\n\n", b"\n")
    if _LEAST_DOUBLE <= lines.count(b"\n  ") == lines.count(b"\n "):
        return lines.replace(b"\n  ", b"")
    return lines.replace(b"\n ", b"").replace(b"\n\t", b"")


def _valid(content: bytes) -> bool:
    """Whether `content` is UTF-8, looked at in pieces, since a decoded whole may take four times the
    memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view, size = memoryview(content), 1 << 20
    try:
        for at in range(0, len(content), size):
            decoder.decode(view[at : at + size])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _what_it_is(body: bytes) -> str:
    start = body[:2000].strip(b" \t\n\x00").lower()
    if not start:
        return "an empty answer where a calendar was expected"
    if _HTML.match(body) or b"<html" in start:
        return "an HTML page where a calendar was expected"
    if start[:1] in (b"{", b"["):
        return "JSON where a calendar was expected"
    if start[:1] == b"<":
        return "XML or HTML where a calendar was expected"
    return "no calendar in the answer: BEGIN:VCALENDAR is nowhere in it"


class _Scanner:
    """Follows BEGIN and END lines. An event ends at its END, the next event or its calendar's end, or is cut
    by the end of the text."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.calendar = Calendar()
        self.kept = False  # whether self.calendar is in feed.calendars
        self.begun = False  # whether there was a VCALENDAR at all
        self.opened = 0  # VCALENDARs begun and not ended
        self.event: int | None = None  # where the lines of the open event begin
        self.inner: list[bytes] = []  # components open within the event or the calendar
        self.zone = 0
        self.header_from = 0

    def see(self, mark: patterns.Match[bytes]) -> None:
        """Takes the next marker line."""
        begins, name = mark.group(1).upper() == b"BEGIN", mark.group(2).upper()
        if name == b"VCALENDAR":
            self._calendar(mark, begins)
        elif name == b"VEVENT":
            self._event(mark, begins)
        elif begins:
            self._begin(mark, name)
        else:
            self._end(mark, name)

    def finish(self) -> Feed:
        """The feed, when the text is over."""
        if self.event is not None:
            self._add(len(self.feed.body), ended=False, truncated=True)
        self.feed.whole = self.begun and self.opened == 0
        return self.feed

    def _calendar(self, mark: patterns.Match[bytes], begins: bool) -> None:
        if self.event is not None:
            self._add(mark.start(), ended=False)
        self._header(mark.start())
        self.inner.clear()
        if begins:
            self.calendar, self.kept = Calendar(), False
            self.begun = True
            self.opened += 1
        elif self.opened:
            self.opened -= 1
        self.header_from = mark.end()

    def _event(self, mark: patterns.Match[bytes], begins: bool) -> None:
        if self.event is not None:
            self._add(mark.start(), ended=not begins)
        if begins:
            self._header(mark.start())
            self.event = mark.end()
        self.inner.clear()
        self.header_from = mark.end()

    def _begin(self, mark: patterns.Match[bytes], name: bytes) -> None:
        if self.event is not None and name in _SIBLINGS:
            self._add(mark.start(), ended=False)
        if self.event is None and not self.inner:
            self._header(mark.start())
            self.zone = mark.start()
        if len(self.inner) < 100:
            self.inner.append(name)

    def _end(self, mark: patterns.Match[bytes], name: bytes) -> None:
        if name in self.inner:
            del self.inner[self.inner.index(name) :]
        if self.event is None and not self.inner:
            if name == b"VTIMEZONE" and len(self.calendar.zones) < _MAX_ZONES:
                self.calendar.zones.append(self.feed.body[self.zone : mark.end()][:_MAX_HEADER])
            if name == b"VVENUE" and len(self.calendar.venues) < _MAX_VENUES:
                begin = self.feed.body.find(b"\n", self.zone) + 1
                self.calendar.venues.append(self.feed.body[begin : mark.start()][:_MAX_HEADER])
            self.header_from = mark.end()

    def _header(self, end: int) -> None:
        """Keeps what stood between two components of the calendar."""
        if self.event is None and not self.inner and len(self.calendar.header) < _MAX_HEADER:
            between = self.feed.body[self.header_from : min(end, self.header_from + _MAX_HEADER)].strip(b"\n")
            if between:
                self.calendar.header += between + b"\n"
                self._keep()

    def _keep(self) -> None:
        if not self.kept and len(self.feed.calendars) < MAX_EVENTS:
            self.feed.calendars.append(self.calendar)
            self.kept = True

    def _add(self, end: int, *, ended: bool, truncated: bool = False) -> None:
        start, self.event = self.event, None
        if start is None or len(self.feed.events) >= MAX_EVENTS:
            self.feed.overflow += 1
            return
        self._keep()
        self.feed.events.append(Span(start, end, len(self.feed.calendars) - 1, ended, truncated))
