"""Which files with dated events yield at least one event.

A small reader, which shares no code with the pipeline, says whether a file tells a dated event, and in what
kind: `calendar` (a VEVENT with a SUMMARY and a DTSTART, not a private one), `feed` (an item or entry with an element for its
start, or an xCal event), `markup` (JSON-LD, microdata or a microformat with a start, in a page or a feed),
`words` (a page that shows a day with its year near a time of day, or days without it and a time of day below
"2026 Meeting Schedule") and `json` (an object with a name and a start). A file that tells none is left out.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median_low
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from training.evaluation.fields.labels import LabelFile, data_files
from training.evaluation.fields.score import Reader

_BASE: Final = "https://example.org/"
#: A file counts as fetched so long before its middle day.
_BEFORE: Final = timedelta(days=120)
_FIRST: Final = 1970
_LAST: Final = 2100
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_EVENT: Final = re.compile(r"^BEGIN:VEVENT\s*$(.*?)^END:VEVENT\s*$", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_START: Final = re.compile(r"^DTSTART(?:;[^:\n]*)?:(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?\s*$", re.MULTILINE)
_NAME: Final = re.compile(r"^SUMMARY(?:;[^:\n]*)?:[ \t]*[^\s\\]", re.MULTILINE)
_PRIVATE: Final = re.compile(r"^CLASS:(?:PRIVATE|CONFIDENTIAL)", re.MULTILINE)
_ISO: Final = re.compile(r"^\s*(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}|\s*$)")
_COMPACT: Final = re.compile(r"^\s*(\d{4})-?(\d{2})-?(\d{2})(?:T|\s*$)")
_MONTH: Final = r"(?P<month>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY: Final = re.compile(
    rf"\b{_MONTH},? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>20\d\d))?\b|\b(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})/(?P<y>20\d\d)\b",
    re.IGNORECASE,
)
_SCHEDULE: Final = re.compile(
    r"\b(20\d\d)(?: \w+){0,4} (?:schedule|meetings|dates|calendar)\b", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b", re.IGNORECASE)
#: Letters between a shown day and its time of day, and days after a heading that tells their year.
_NEAR: Final = 60
_LISTED: Final = 3
_START_ELEMENTS: Final = ("startdate", "start_date", "dtstart", "starttime", "start_time")
_MARKED: Final = (
    "//*[contains(@itemtype, 'Event')]//*[@itemprop='startDate']"
    " | //*[contains(concat(' ', @class, ' '), ' vevent ')]//*[contains(concat(' ', @class, ' '), ' dtstart ')]"
    " | //*[contains(concat(' ', @class, ' '), ' h-event ')]//*[contains(concat(' ', @class, ' '), ' dt-start ')]"
)
_NAME_KEYS: Final = re.compile(r"(?:.*(?:event|meeting|committee))?(?:name|title|summary)")
_START_KEYS: Final = re.compile(
    r"(?:event|meeting|show)?(?:date|time)|(?:event|meeting|date)?(?:start|begin)s?(?:date|time|at|on|local|utc)*|dtstart|datetime(?:local|utc)?"
    r"|dates|timings|(?:first|next)timing|firstdate\w*|when"
)
#: Keys beside a mere "date", which a text of news has too.
_BESIDE: Final = re.compile(r"location|venue\w*|place|address|time|starttime|city|room")


def dated_files(data: Path, *, held_out: bool) -> Iterator[LabelFile]:
    """Yield the files of `data` with dated events, of held-out origins or of all others."""
    for _, path in data_files(data, held_out=held_out):
        found = dated_file(path, data)
        if found is not None:
            yield found


def dated_file(path: Path, root: Path) -> LabelFile | None:
    """A file with its `kind` and no labels, as fetched before its middle day; None for one without dated events."""
    content = path.read_bytes()
    for kind, days in _READERS.get(path.suffix.lower(), {}).items():
        reported: list[date] = []
        with suppress(ValueError, RecursionError, etree.LxmlError):
            reported.extend(day for day in days(content) if _FIRST <= day.year < _LAST)
        if reported:
            middle = median_low(reported)
            now = datetime(middle.year, middle.month, middle.day, tzinfo=UTC) - _BEFORE
            name = str(path.relative_to(root))
            return LabelFile(file=name, origin="", kind=kind, now=now, base_url=_BASE, events=(), path=path)
    return None


def files_on(files: Iterable[LabelFile], read: Reader) -> dict[str, Any]:
    """`{"files", "share", "kinds", "nothing"}`: how many of the files yield at least one event.

    `nothing` has the files that yield none, with the reason of those that cannot be read.
    """
    reported, nothing = Counter[str](), dict[str, dict[str, str]]()
    for file in files:
        reported[file.kind] += 1
        reason = ""
        try:
            event = next(iter(read(file)), None)
        except ValueError as error:
            event, reason = None, str(error)
        if event is None:
            nothing.setdefault(file.kind, {})[file.file] = reason
    kinds = {kind: _figures(files, nothing.get(kind, {})) for kind, files in sorted(reported.items())}
    missed = {name: reason for kind in sorted(nothing) for name, reason in nothing[kind].items()}
    return _figures(reported.total(), missed) | {"kinds": kinds, "nothing": missed}


def _figures(files: int, nothing: Sized) -> dict[str, Any]:
    return {"files": files, "share": round(1 - len(nothing) / files, 4) if files else 1.0}


def _calendar(content: bytes) -> Iterator[date]:
    text = re.sub(r"\r?\n[ \t]", "", content.decode("utf-8", "replace")).replace("\r", "\n")
    for event in _EVENT.findall(text):
        start = _START.search(event)
        if start and _NAME.search(event) and not _PRIVATE.search(event):
            with suppress(ValueError):
                yield date(*map(int, start.groups()))


def _day(text: object, shape: "re.Pattern[str]" = _ISO) -> Iterator[date]:
    found = shape.match(text) if isinstance(text, str) else None
    if found:
        with suppress(ValueError):
            yield date(*map(int, found.groups()))


def _feed(content: bytes) -> Iterator[date]:
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    for element in root.iter("{*}item", "{*}entry", "{*}event", "{*}vevent"):
        for part in element.iter(etree.Element):
            text = "".join(part.itertext()).strip()
            if etree.QName(part).localname.lower() in _START_ELEMENTS:
                yield from _day(text, _COMPACT)
            elif "vevent" in text or "h-event" in text:
                yield from _markup(text.encode())


def _markup(content: bytes) -> Iterator[date]:
    root = lxml_html.fromstring(content.decode("utf-8", "replace"))
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        with suppress(ValueError):
            yield from _starts(json.loads(script.text or "null"))
    for part in root.xpath(_MARKED):
        values = (part.get("content"), part.get("datetime"), part.get("title"), part.text)
        yield from _day(next((value for value in values if value), ""), _COMPACT)


def _words(content: bytes) -> Iterator[date]:
    root = lxml_html.fromstring(content.decode("utf-8", "replace"))
    etree.strip_elements(root, "script", "style", "head", "nav", "footer", "select", with_tail=False)
    text = " ".join(" ".join(root.itertext()).split())
    yield from _near_clocks(text)
    for heading in _SCHEDULE.finditer(text):
        listed = [
            found for found in _DAY.finditer(text, heading.end()) if found["month"] and not found["year"]
        ]
        for found in listed if len(listed) >= _LISTED and _CLOCK.search(text, heading.end()) else ():
            with suppress(ValueError):
                yield _shown_day(found, heading.group(1))


def _near_clocks(text: str) -> Iterator[date]:
    for found in _DAY.finditer(text):
        near = _CLOCK.search(text, max(0, found.start() - _NEAR), found.end() + _NEAR)
        if near and (found["year"] or found["y"]):
            with suppress(ValueError):
                yield _shown_day(found, found["year"])


def _shown_day(found: "re.Match[str]", year: str) -> date:
    if found["month"]:
        return date(int(year), _MONTHS.index(found["month"][:3].lower()) + 1, int(found["day"]))
    month, day = int(found["m"]), int(found["d"])
    if day <= 12 and day != month:
        raise ValueError("either may be the month")
    return date(int(found["y"]), month, day)


def _json(content: bytes) -> Iterator[date]:
    yield from _starts(json.loads(content))


def _starts(value: Any) -> Iterator[date]:
    """The starts of the objects that have a name too, and no mail address, as a person has.

    A mere `date` counts with a place or a time beside it.
    """
    if isinstance(value, dict):
        keys = {re.sub(r"[^a-z]", "", key.lower()): one for key, one in value.items()}
        if any(one and _NAME_KEYS.fullmatch(key) for key, one in keys.items()) and "email" not in keys:
            is_event = any(map(_BESIDE.fullmatch, keys))
            for key in keys:
                if _START_KEYS.fullmatch(key) and (is_event or "start" in key or "begin" in key):
                    yield from _days_below(keys[key])
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _starts(one)


def _days_below(value: Any) -> Iterator[date]:
    """The days of a value, or of those inside it."""
    if isinstance(value, str):
        yield from _day(value)
        shown = _DAY.match(value)
        if shown and (shown["year"] or shown["y"]):
            with suppress(ValueError):
                yield _shown_day(shown, shown["year"])
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _days_below(one)


_Days = Callable[[bytes], Iterator[date]]

_PAGE: Final[dict[str, _Days]] = {"markup": _markup, "words": _words}
_XML: Final[dict[str, _Days]] = {"feed": _feed, "markup": _markup}
#: By suffix, the kinds that are tried in turn.
_READERS: Final[dict[str, dict[str, _Days]]] = {
    ".ics": {"calendar": _calendar},
    ".html": _PAGE,
    ".htm": _PAGE,
    ".rss": _XML,
    ".xml": _XML,
    ".json": {"json": _json},
    ".jsonld": {"json": _json},
}
