"""Numbers of a question that look like a day."""

from datetime import date

from pipeline.dates.asked import asked_times


def test_24_7_is_all_the_time_and_12_12_a_day():
    today = date(2026, 11, 21)
    assert asked_times("24/7 techno", today=today) == []
    assert [one.first for one in asked_times("techno 12/12", today=today)] == [date(2026, 12, 12)]
