from datetime import date, datetime, time

import pytest

from pipeline.dates.time_text import TimeReader, is_unknown, read_when

TODAY = date(2026, 11, 21)
DATED = TimeReader(around=TODAY, written=TODAY, month_first=True)
UNDATED = TimeReader(around=TODAY)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("tomorrow at 8pm", "2026-11-22T20:00", None),
        ("Saturday 8pm", "2026-11-21T20:00", None),
        ("Sat 12 Dec, 8pm – 2am", "2026-12-12T20:00", "2026-12-13T02:00"),
        ("12 Dec 2026 22:00 - 02:00", "2026-12-12T22:00", "2026-12-13T02:00"),
        ("12. Dezember 2026, 20 Uhr", "2026-12-12T20:00", None),
        ("Fri 12.12. 20 Uhr", "2026-12-12T20:00", None),
        ("le 12 décembre 2026 à 20h30", "2026-12-12T20:30", None),
        ("Sábado 12 de diciembre a las 20:00", "2026-12-12T20:00", None),
        ("2026年12月12日 19:00", "2026-12-12T19:00", None),
        ("12 दिसंबर 2026", "2026-12-12", None),
        ("5-7 Dec 2026", "2026-12-05", "2026-12-07"),
        ("26 Nov (Until 12 Dec)", "2026-11-26", "2026-12-12"),
        ("Nov 30 to Dec 2, 2026", "2026-11-30", "2026-12-02"),
        ("Dec 5, 2026 7:00 PM – Dec 6, 2026 1:00 AM", "2026-12-05T19:00", "2026-12-06T01:00"),
        ("Thursday 3 December 2026 18.30 to 20.00", "2026-12-03T18:30", "2026-12-03T20:00"),
        ("12.05.2026 20:00", "2026-05-12T20:00", None),
        ("03/04/2026 7 PM", "2026-03-04T19:00", None),
        ("2026-12-12 7pm", "2026-12-12T19:00", None),
        ("12 Dec 2026, $20", "2026-12-12", None),
    ],
)
def test_read_when(words: str, start: str, end: str | None) -> None:
    reading = read_when(words, DATED)
    assert reading is not None
    assert reading.start == (datetime.fromisoformat(start) if "T" in start else date.fromisoformat(start))
    assert reading.end == (end and (datetime.fromisoformat(end) if "T" in end else date.fromisoformat(end)))


@pytest.mark.parametrize(
    "words",
    [
        "$25",
        "Tickets $25",
        "25",
        "10 €",
        "8pm",
        "May",
        "Dec 2026",
        "Every Friday",
        "Ongoing",
        "room 12",
        "Dec 31, 99999",
        "31 Feb 2026",
        "TBA",
        "",
        "x" * 500,
    ],
)
def test_what_is_no_date_is_none(words: str) -> None:
    assert read_when(words, DATED) is None


@pytest.mark.parametrize("words", ["tomorrow at 8pm", "Saturday", "heute 20 Uhr", "in 3 days"])
def test_words_that_depend_on_today_need_a_text_with_a_day(words: str) -> None:
    assert read_when(words, UNDATED) is None


def test_a_date_that_means_two_days_is_none_where_nothing_decides() -> None:
    assert read_when("03/04/2026 7 PM", UNDATED) is None
    day_first = read_when("03/04/2027 7 PM", TimeReader(around=TODAY, month_first=False))
    assert day_first is not None
    assert day_first.start == datetime(2027, 4, 3, 19)


def test_doors_and_zone_are_told_apart() -> None:
    reading = read_when("Doors 7pm, show 8pm EST, 12 December 2026", DATED)
    assert reading is not None
    assert (reading.start, reading.doors, reading.zone) == (
        datetime(2026, 12, 12, 20),
        time(19),
        "America/New_York",
    )


def test_doors_alone_are_the_start() -> None:
    reading = read_when("12 December 2026, doors 7 pm", DATED)
    assert reading is not None
    assert (reading.start, reading.doors) == (datetime(2026, 12, 12, 19), None)


def test_is_unknown() -> None:
    assert is_unknown(" TBA ")
    assert not is_unknown("12 Dec")
