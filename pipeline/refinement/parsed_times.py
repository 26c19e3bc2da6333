"""Start and end as a record gives them: words are parsed, zones are not yet known."""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.contract.draft import SourceContext
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.raw import RawRecord, RawTime
from pipeline.contract.warnings import warning
from pipeline.dates.clocks import read_clock
from pipeline.dates.time_text import Reading, TimeReader, is_unknown, names_a_near_day, read_when
from pipeline.dates.years import month_first_of
from pipeline.geography.address_zones import country_of_zone
from pipeline.geography.countries import country_code
from pipeline.refinement.confidence import METHOD_CONFIDENCE
from pipeline.refinement.zones import ZoneFinder


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedTimes:
    """A start and an end as the record gives them: words are parsed, zones are not yet known."""

    start: datetime | date
    end: RawTime | None = None
    doors: RawTime | None = None
    zone: str = ""
    confidence: float = 0.95
    split: bool = False


class Unreadable(Exception):
    """The record has no usable start; the message is the reason for which it is dropped."""


def parsed_times(raw: RawRecord, finder: ZoneFinder, context: SourceContext) -> ParsedTimes:
    """The start and end that a record gives. Raises Unreadable."""
    believed = raw.metadata.get("start_confidence")
    confidence = float(believed) if isinstance(believed, int | float) else METHOD_CONFIDENCE[raw.method]
    if raw.start is None or (isinstance(raw.start, str) and is_unknown(raw.start)):
        raise Unreadable("no start")
    if not isinstance(raw.start, str):
        return ParsedTimes(
            start=raw.start,
            end=_end_words(raw, raw.start, finder, context),
            confidence=confidence,
            split=isinstance(raw.end, str),
        )
    reading = _read(raw.start, raw, finder, context)
    if reading is None:
        finder.notes.append(warning("start", raw.start))
        raise Unreadable("unreadable start")
    end = _end_words(raw, reading.start, finder, context) if raw.end is not None else reading.end
    doors = datetime.combine(reading.start, reading.doors) if reading.doors else None
    sure = min(reading.confidence, confidence) if raw.method is ExtractionMethod.TEXT else reading.confidence
    return ParsedTimes(
        start=reading.start, end=end, doors=doors, zone=reading.zone, confidence=sure, split=True
    )


def _end_words(
    raw: RawRecord, start: datetime | date, finder: ZoneFinder, context: SourceContext
) -> RawTime | None:
    """The end. Words are parsed as a moment, or as a time on the day of the start."""
    if not isinstance(raw.end, str):
        return raw.end
    clock = read_clock(raw.end)
    if clock is not None:
        return (
            datetime.combine(start, clock.start, tzinfo=start.tzinfo) if isinstance(start, datetime) else None
        )
    reading = _read(raw.end, raw, finder, context)
    return (reading.end or reading.start) if reading else raw.end


def _read(text: str, raw: RawRecord, finder: ZoneFinder, context: SourceContext) -> Reading | None:
    zone = finder.for_wall()
    language = (raw.language or context.language).replace("_", "-")
    country = country_code(finder.venue.country) or country_of_zone(zone.zone.key)
    month_first = month_first_of(country=country, language=language)
    written = (
        raw.published.astimezone(zone.zone).date()
        if raw.published and raw.published.tzinfo
        else raw.published
    )
    written_day = written.date() if isinstance(written, datetime) else written
    around = written_day or (raw.read_at or context.now).astimezone(zone.zone).date()
    if raw.read_at and names_a_near_day(text):
        written_day = around  # a list shows "Today" on the day on which it is fetched
    return read_when(
        text, TimeReader(around=around, written=written_day, language=language, month_first=month_first)
    )
