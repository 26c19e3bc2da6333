"""The year of a day without one, and the order of day and month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates.free_text import find
from pipeline.dates.time_text import TimeReader, read_when
from pipeline.dates.years import JUST_PAST, day_without_year, month_first_in, month_first_of, numeric_day

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1))


@given(around=DAYS, ahead=st.integers(min_value=-JUST_PAST.days, max_value=300))
def test_a_day_within_the_bounds_is_read_back_without_its_year(around, ahead):
    day = around + timedelta(days=ahead)

    assert day_without_year(day.month, day.day, around=around) == day
    assert day_without_year(day.month, day.day, around=around, weekday=day.weekday()) == day


@given(around=DAYS, ahead=st.integers(min_value=-JUST_PAST.days, max_value=300))
def test_every_reader_gives_the_same_year(around, ahead):
    day = around + timedelta(days=ahead)
    words = f"{day.day} {day:%B}"
    assert find(words, around=around, past=True).start == day
    assert read_when(words, TimeReader(around=around)).start == day


@given(around=DAYS, ahead=st.integers(min_value=-JUST_PAST.days, max_value=300))
def test_a_weekday_always_fits(around, ahead):
    day = around + timedelta(days=ahead)
    found = day_without_year(day.month, day.day, around=around, weekday=day.weekday())
    assert (found.month, found.day, found.weekday()) == (day.month, day.day, day.weekday())
    assert found >= around - JUST_PAST


@given(day=DAYS, month_first=st.booleans(), sign=st.sampled_from("/-"))
def test_a_numeric_day_is_read_back_by_its_order(day, month_first, sign):
    one, two = (day.month, day.day) if month_first else (day.day, day.month)
    assert numeric_day(one, two, day.year, month_first=month_first) == day
    assert month_first_in([f"{one}{sign}{two}{sign}{day.year}"]) in (None, month_first)


@pytest.mark.parametrize(
    ("texts", "month_first"),
    [
        (["3/4/2026"], None), (["3/4/2026", "at 25/12/2026, 8 pm"], False), (["12/25/26"], True),
        (["12/25/2026", "25/12/2026"], None), (["25.12.2026"], None),
    ],
)  # fmt: skip
def test_a_document_shows_its_order(texts, month_first):
    assert month_first_in(texts) is month_first


@pytest.mark.parametrize(
    ("country", "language", "month_first"),
    [
        ("US", "", True), ("CA", "fr", False), ("GB", "en", False), ("MX", "es", False), ("", "en-US", True),
        ("", "de", False), ("", "en", None), ("", "", None),
    ],
)  # fmt: skip
def test_a_country_and_a_language_have_an_order(country, language, month_first):
    assert month_first_of(country=country, language=language) is month_first
