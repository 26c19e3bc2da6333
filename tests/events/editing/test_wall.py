"""Clock times in a zone: what DST skips or repeats is said with the remedy."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from events.editing.wall import FIRST, SECOND, NoSuchTime, TimeTwice, doors_of, end_of, moment_of, which_of

VIENNA, KOLKATA = ZoneInfo("Europe/Vienna"), ZoneInfo("Asia/Kolkata")
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)


def test_a_time_is_that_of_the_zone():
    assert moment_of(date(2026, 11, 21), time(20), KOLKATA).astimezone(UTC) == datetime(
        2026, 11, 21, 14, 30, tzinfo=UTC
    )


def test_a_time_that_does_not_exist_is_said_with_the_one_that_does():
    with pytest.raises(NoSuchTime) as refused:
        moment_of(FORWARD, time(2, 30), VIENNA)
    assert refused.value.detail == (
        "02:30 on Sun 29 Mar 2026 in Europe/Vienna does not exist: the clocks are put forward by 60 minutes. Write 03:30, or another time."
    )


def test_a_time_that_is_there_twice_is_asked_about():
    with pytest.raises(TimeTwice, match=r"happens twice, .* the first \(CEST\) or the second \(CET\)"):
        moment_of(BACK, time(2, 30), VIENNA)
    hours = {
        which: moment_of(BACK, time(2, 30), VIENNA, which).astimezone(UTC).hour for which in (FIRST, SECOND)
    }
    assert hours == {FIRST: 0, SECOND: 1}
    assert [which_of(moment_of(BACK, time(2, 30), VIENNA, which)) for which in (FIRST, SECOND)] == [
        FIRST,
        SECOND,
    ]
    assert which_of(moment_of(BACK, time(4), VIENNA)) == ""


def test_an_end_without_a_day_is_of_the_same_night_and_doors_are_before_the_start():
    start = moment_of(date(2026, 11, 21), time(22), KOLKATA)
    assert end_of(start, None, time(23), KOLKATA).date() == date(2026, 11, 21)
    assert end_of(start, None, time(2), KOLKATA).date() == date(2026, 11, 22)
    assert doors_of(moment_of(date(2026, 11, 22), time(0, 30), KOLKATA), time(23), KOLKATA).date() == date(
        2026, 11, 21
    )
