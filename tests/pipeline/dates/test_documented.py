"""The cases of docs/dates.md are what the readers of dates do."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.dates.clocks import read_clock
from pipeline.dates.time_text import TimeReader, read_when
from pipeline.dates.years import month_first_of

LINES = (Path(__file__).parents[3] / "docs" / "dates.md").read_text(encoding="utf-8").splitlines()


def rows(columns: int, first: str) -> list[list[str]]:
    """The rows of the table with that number of columns whose head begins with `first`."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if line.startswith("|")]
    return [row for row in cells if len(row) == columns and row[0] != first and not row[0].startswith("---")]


@pytest.mark.parametrize(("text", "start", "end", "zone"), rows(4, "text"))
def test_a_time_of_day_is_as_documented(text, start, end, zone):
    clock = read_clock(text)
    reported = (
        (f"{clock.start:%H:%M}", f"{clock.end:%H:%M}" if clock.end else "", clock.zone)
        if clock
        else ("none", "", "")
    )
    assert reported == (start, end, zone)


@pytest.mark.parametrize(("text", "written", "country", "start", "end", "zone"), rows(6, "text"))
def test_a_day_is_as_documented(text, written, country, start, end, zone):
    day = date.fromisoformat(written) if written else None
    reader = TimeReader(
        around=day or date(2026, 11, 21),
        written=day,
        month_first=month_first_of(country=country) if country else None,
    )
    when = read_when(text, reader)
    reported = (
        [moment.isoformat().removesuffix(":00") if moment else "" for moment in (when.start, when.end)]
        if when
        else ["none", ""]
    )
    assert (*reported, when.zone if when else "") == (start, end, zone)
