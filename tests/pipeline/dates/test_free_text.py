"""Dates in prose: read where they are certain, ignored where they are not."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates.free_text import When, find

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "language", "start", "end"),
    [
        ("Jazz on Friday, December 4 at 8pm", "en", datetime(2026, 12, 4, 20), None),
        ("4 Dec (Fri, · 8:30 PM)", "", datetime(2026, 12, 4, 20, 30), None),
        ("Dec 4, Fri 8:30pm", "", datetime(2026, 12, 4, 20, 30), None),
        ("8:30 p.m. on Dec. 4", "", datetime(2026, 12, 4, 20, 30), None),
        ("Dec 4 8pm-10pm", "", datetime(2026, 12, 4, 20), datetime(2026, 12, 4, 22)),
        ("Monday, June 14th,  9am - 12", "", datetime(2027, 6, 14, 9), datetime(2027, 6, 14, 12)),
        ("Konzert am 12. Dezember 2026, 20 Uhr", "de", datetime(2026, 12, 12, 20), None),
        ("le samedi 5 décembre à 20h30", "fr", datetime(2026, 12, 5, 20, 30), None),
        ("El 15 de enero de 2027 a las 20:00", "es-ES", datetime(2027, 1, 15, 20), None),
        ("3.12.2026 um 19:30 Uhr", "de", datetime(2026, 12, 3, 19, 30), None),
        ("Festival 3-5 December 2026", "", date(2026, 12, 3), date(2026, 12, 5)),
        ("Dec 30 – Jan 2, 2027", "", date(2026, 12, 30), date(2027, 1, 2)),
        ("30 Nov - 2 Dec", "", date(2026, 11, 30), date(2026, 12, 2)),
        ("2026-12-24 19:00", "", datetime(2026, 12, 24, 19), None),
        ("2026-12-24T19:00 sharp", "", datetime(2026, 12, 24, 19), None),
        ("13/12/2026", "", date(2026, 12, 13), None),
        ("12/13/2026", "", date(2026, 12, 13), None),
        ("12/12/26", "", date(2026, 12, 12), None),
        ("12/3/2026", "en-US", date(2026, 12, 3), None),
        ("May 21st", "", date(2027, 5, 21), None),
        ("1st of December", "", date(2026, 12, 1), None),
        ("20 мая 2027", "ru", date(2027, 5, 20), None),
        ("December 4, noon", "", datetime(2026, 12, 4, 12), None),
        ("4 December", "xx", date(2026, 12, 4), None),
    ],
)
def test_dates_are_read(text, language, start, end):
    when = find(text, around=TODAY, language=language)

    assert when is not None
    assert (when.start, when.end) == (start, end)
    assert 0.3 < when.confidence <= 0.9


@pytest.mark.parametrize(
    "text",
    [
        "", "Tickets $25, 24/7, room 12", "born on June 3, 1950", "It was Oct 5, 2026", "You may 3 times march 4 miles", "Version 2.12.2026.1",
        "December 2026", "3/12/2026", "31 February 2027", "99.99.2026", "Friday, 5 January", "Jan 5, Feb 6, Mar 7, Apr 8", "€4 dec",
        "Saturday at 8pm", "32/13/2026",
    ],
)  # fmt: skip
def test_what_is_not_sure_is_left_alone(text):
    assert find(text, around=TODAY) is None


def test_order_can_be_told():
    assert find("3/12/2026", around=TODAY, month_first=False).start == date(2026, 12, 3)
    assert find("12/3/2026", around=TODAY, month_first=True).start == date(2026, 12, 3)


def test_without_a_day_of_writing_only_full_dates_count():
    assert find("4 December", around=None) is None
    assert find("4 December 1999", around=None).start == date(1999, 12, 4)


def test_weekday_decides_the_year_and_doubts_a_wrong_one():
    assert find("Saturday 4 December", around=date(2026, 12, 6)) == When(
        start=date(2027, 12, 4), end=None, text="Saturday 4 December", confidence=0.7
    )
    assert find("Monday 4 December 2026", around=TODAY).confidence == 0.4


def test_two_dates_are_doubted():
    assert (
        find("4 December 2026 or 5 December 2026", around=TODAY).confidence
        < find("4 December 2026", around=TODAY).confidence
    )


@given(
    st.text(alphabet="0123456789 -–./:,apmstndrhJanuaryDecMonday$€\u202f", max_size=200),
    st.sampled_from(["", "de", "fr-FR", "en-US", "zz"]),
)
def test_nothing_raises(text, language):
    assert isinstance(find(text, around=TODAY, language=language), When | None)


def test_seconds_of_a_clock_do_not_hide_its_half_of_the_day():
    assert find("9/23/2026 7:00:00 PM", around=None, month_first=True).start == datetime(2026, 9, 23, 19)
    assert find("23 September 2026 19:30:15", around=None).start == datetime(2026, 9, 23, 19, 30)
