"""What decides which occurrences there are: identity, version, times and recurrence of each VEVENT, read
before its texts are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.connectors.formats.ical.entry_times import Clock, Moment, Times, read_times
from pipeline.connectors.formats.ical.lines import Line, Properties
from pipeline.connectors.formats.ical.split import Span
from pipeline.contract.exceptions import DropRecord
from pipeline.dates.ical_values import Length, compact, parse_length
from pipeline.text.decoding import bounded_id

HEAD: Final = frozenset(
    b"UID RECURRENCE-ID SEQUENCE LAST-MODIFIED DTSTAMP DTSTART DTEND DURATION RRULE RDATE EXDATE EXRULE STATUS CLASS"
    b" X-MICROSOFT-CDO-ALLDAYEVENT".split()
)
_MAX_DATES: Final = 3_000
_MAX_NOTES: Final = 10
_MAX_RULES: Final = 10
_PRIVATE: Final = ("PRIVATE", "CONFIDENTIAL")
_CANCELLED: Final = ("CANCELLED", "CANCELED")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One VEVENT without its texts. `original` is its RECURRENCE-ID: it overrides that occurrence, and all
    later ones with `onwards`."""

    span: Span
    uid: str
    times: Times
    version: tuple[int, str]
    original: Moment | None = None
    onwards: bool = False
    rules: tuple[str, ...] = ()
    rules_out: tuple[str, ...] = ()
    dates: tuple[tuple[Moment, Length | None], ...] = ()
    dates_out: tuple[Moment, ...] = ()
    cancelled: bool = False
    private: bool = False
    notes: tuple[str, ...] = ()

    @property
    def recurs(self) -> bool:
        return bool(self.rules or self.dates)

    @property
    def key(self) -> str:
        """Its start as stable text."""
        return compact(self.times.start.when)

    @property
    def original_key(self) -> str:
        """Its RECURRENCE-ID as stable text, '' where it has none."""
        return compact(self.original.when) if self.original else ""


def read_uid(lines: Properties, notes: list[str]) -> str:
    """The UID, '' where there is none."""
    found = lines.get("UID")
    return bounded_id(found[0].value, notes=notes) if found else ""


def read_entry(lines: Properties, span: Span, clock: Clock, *, cancelled: bool = False) -> Entry:
    """The entry of a VEVENT; `cancelled` says that its calendar cancels (METHOD:CANCEL). Raises `DropRecord`
    with the reason."""
    notes: list[str] = []
    if not span.ended:
        notes.append("END:VEVENT missing")
    times = read_times(lines, clock, notes)
    original, onwards = _original(lines, clock, notes)
    return Entry(
        span=span,
        uid=read_uid(lines, notes),
        times=times,
        version=_version(lines),
        original=original,
        onwards=onwards,
        rules=_rules(lines, "RRULE"),
        rules_out=_rules(lines, "EXRULE"),
        dates=tuple(_dates(lines.get("RDATE", []), clock, notes)),
        dates_out=tuple(moment for moment, _ in _dates(lines.get("EXDATE", []), clock, notes)),
        cancelled=cancelled or _word(lines, "STATUS") in _CANCELLED,
        private=_word(lines, "CLASS") in _PRIVATE,
        notes=tuple(notes[:_MAX_NOTES]),
    )


def newest(entries: Sequence[Entry]) -> Entry:
    """The highest version: SEQUENCE, then LAST-MODIFIED or DTSTAMP, then the later in the file."""
    return max(enumerate(entries), key=lambda pair: (pair[1].version, pair[0]))[1]


def _word(lines: Properties, name: str) -> str:
    found = lines.get(name)
    return found[0].value.strip().upper() if found else ""


def _rules(lines: Properties, name: str) -> tuple[str, ...]:
    """Distinct rule texts, in the order of the file."""
    return tuple(
        dict.fromkeys(
            line.value.strip().rstrip(";") for line in lines.get(name, [])[:_MAX_RULES] if line.value.strip()
        )
    )


def _version(lines: Properties) -> tuple[int, str]:
    sequence = _word(lines, "SEQUENCE")
    number = int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 10 else 0
    return number, _word(lines, "LAST-MODIFIED") or _word(lines, "DTSTAMP")


def _original(lines: Properties, clock: Clock, notes: list[str]) -> tuple[Moment | None, bool]:
    found = lines.get("RECURRENCE-ID")
    if not found:
        return None, False
    try:
        return clock.read(found[0], notes), found[0].param("RANGE").upper() == "THISANDFUTURE"
    except (ValueError, OverflowError) as error:
        raise DropRecord("recurrence id not readable") from error


def _dates(lines: Sequence[Line], clock: Clock, notes: list[str]) -> list[tuple[Moment, Length | None]]:
    """The dates of an RDATE or EXDATE, each with its own length where it is a period; what cannot be read is
    left out and noted."""
    found: list[tuple[Moment, Length | None]] = []
    for line in lines:
        for piece in line.value.split(",", _MAX_DATES)[:_MAX_DATES]:
            if piece.strip() and len(found) < _MAX_DATES:
                try:
                    found.append(_date(line, piece, clock, notes))
                except (ValueError, OverflowError):
                    notes.append(f"{line.name} not readable: {piece.strip()[:40]}")
    return found


def _date(line: Line, text: str, clock: Clock, notes: list[str]) -> tuple[Moment, Length | None]:
    first, slash, last = text.partition("/")
    start = clock.read(line, notes, first)
    if not slash:
        return start, None
    if last.strip().upper().startswith(("P", "+P", "-P")):
        return start, parse_length(last)
    return start, Length(clock.read(line, notes, last).naive - start.naive)
