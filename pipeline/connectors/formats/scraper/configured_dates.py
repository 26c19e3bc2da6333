"""Dates as a site writes them, by the format or the order that the configuration names."""

from datetime import date, datetime
from typing import Final

from pipeline import patterns
from pipeline.connectors.formats.scraper.config import ScraperConfig
from pipeline.contract.raw import RawTime
from pipeline.dates.moments import raw_time
from pipeline.dates.years import day_without_year, numeric_day

_NUMERIC: Final = patterns.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\b")
_CLOCK: Final = patterns.compile(r"%[HIMpTRXcs]")
_YEAR: Final = patterns.compile(r"%[YyGcDFxs]")


def read_time(text: str, config: ScraperConfig, now: datetime) -> RawTime | None:
    """A moment, a day, or words that a later step reads. `now` gives the year to a date without one."""
    clean = " ".join(text.split())[:200]
    if not clean:
        return None
    found = _by_format(clean, config.date_format, now) if config.date_format else None
    if found is not None:
        return found
    read = raw_time(clean)
    if isinstance(read, str) and config.day_first is not None:
        return raw_time(_ordered(read, day_first=config.day_first))
    return read


def _by_format(text: str, pattern: str, now: datetime) -> RawTime | None:
    """As the format says; None where the text is not written so."""
    dated = bool(_YEAR.search(pattern))
    try:  # without a year one is put in front, a leap year so that 29 February can be read
        read = datetime.strptime(*((text, pattern) if dated else (f"2000 {text}", f"%Y {pattern}")))  # noqa: DTZ007 - its zone is found later
        moment = read if dated else _with_year(read, now.date())
    except ValueError:
        return None
    return moment if _CLOCK.search(pattern) else moment.date()


def _with_year(read: datetime, around: date) -> datetime:
    found = day_without_year(read.month, read.day, around=around)
    if found is None:
        raise ValueError("no such day")
    return read.replace(year=found.year)


def _ordered(text: str, *, day_first: bool) -> str:
    """Numeric dates in ISO's order."""

    def iso(found: patterns.Match[str]) -> str:
        one, _, two, year = found.groups()
        day = numeric_day(int(one), int(two), int(year), month_first=not day_first)
        return day.isoformat() if day else found[0]

    return _NUMERIC.sub(iso, text)
