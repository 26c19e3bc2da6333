"""Dates as a site writes them, by the format or the order that the configuration names."""

from datetime import date, datetime, timedelta
from typing import Final

from pipeline import patterns
from pipeline.connectors.formats.scraper.config import ScraperConfig
from pipeline.contract.raw import RawTime
from pipeline.dates.moments import raw_time

_NUMERIC: Final = patterns.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\b")
_CLOCK: Final = patterns.compile(r"%[HIMpTRXcs]")
_YEAR: Final = patterns.compile(r"%[YyGcDFxs]")
#: A date without a year this long ago is the last one's; one before that is next year's.
_PAST: Final = timedelta(days=60)


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
        moment = read if dated else _nearest(read, now)
    except ValueError:
        return None
    return moment if _CLOCK.search(pattern) else moment.date()


def _nearest(moment: datetime, now: datetime) -> datetime:
    """The first year, from the last on, in which the day exists and is not long past."""
    for year in range(now.year - 1, now.year + 9):
        try:
            found = moment.replace(year=year)
        except ValueError:
            continue
        if found.date() >= (now - _PAST).date():
            return found
    raise ValueError("no such day")


def _ordered(text: str, *, day_first: bool) -> str:
    """Numeric dates in ISO's order."""

    def iso(found: patterns.Match[str]) -> str:
        one, _, two, year = found.groups()
        day, month = (one, two) if day_first else (two, one)
        try:
            return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)).isoformat()
        except ValueError:
            return found[0]

    return _NUMERIC.sub(iso, text)
