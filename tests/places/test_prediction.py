"""Predictions from hours, earlier weeks and running events; none where the data is too sparse."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.enums import Answer, Crowd, Openness, StatusSource
from places.holidays import calendar_of
from places.prediction import HoursSay, PastReport, Running, predict
from tests.factories import NOW

HOUR = timedelta(hours=1)
OPEN, CLOSED = (HoursSay(openness=word, until=NOW + 3 * HOUR) for word in (Openness.OPEN, Openness.CLOSED))
JAZZ = Running(title="Moonlit Jazz", until=NOW + 2 * HOUR)


def likely(**given_) -> dict[str, tuple]:
    found = predict(**{"hours": None, "past": (), "running": (), "now": NOW, **given_})
    assert all(one.source is StatusSource.PREDICTION and one.basis and one.holds(NOW) for one in found)
    return {one.answer.value: (one.value, one.confidence, one.basis) for one in found}


def weeks(*levels: Crowd, waiting: int | None = None) -> list[PastReport]:
    return [
        PastReport(day=NOW.date() - timedelta(weeks=n), crowd=level, waiting_minutes=waiting)
        for n, level in enumerate(levels, 1)
    ]


def test_without_anything_nothing_is_said():
    assert likely() == {}
    assert likely(hours=HoursSay(openness=Openness.UNKNOWN)) == {}


def test_hours_alone():
    assert likely(hours=OPEN) == {"openness": ("open", 0.6, "opening hours")}


def test_hours_are_doubtful_on_a_holiday_that_they_do_not_mention():
    assert likely(hours=HoursSay(openness=Openness.OPEN, on_holiday=True)) == {
        "openness": ("open", 0.4, "opening hours, on a public holiday")
    }


@pytest.mark.parametrize(("hours", "sure"), [(None, 0.6), (OPEN, 0.75), (CLOSED, 0.5)])
def test_an_event_that_is_on_means_open(hours, sure):
    reported = likely(hours=hours, running=[JAZZ])
    assert reported["openness"][:2] == ("open", sure)
    assert reported["special"] == ("On now: Moonlit Jazz", 0.6, "an event is on")
    assert "crowd" not in reported


def test_an_event_is_over_when_it_is():
    assert likely(running=[Running(title="Past", until=NOW)]) == {}


def test_several_events_and_a_long_title_fit():
    reported = likely(
        running=[Running(title="x" * 300, until=NOW + HOUR), JAZZ, Running(title="z", until=NOW + 3 * HOUR)]
    )
    assert reported["special"][0].endswith("xx and 2 more")
    assert len(reported["special"][0]) == 120


@pytest.mark.parametrize(
    ("filled", "level"), [(0.0, "quiet"), (0.3, "moderate"), (0.7, "busy"), (1.2, "packed")]
)
def test_how_many_come_makes_the_crowd(filled, level):
    running = [Running(title="Talk", until=NOW + HOUR, filled=filled)]
    assert likely(running=running)["crowd"] == (level, 0.5, "how many come to an event that is on")


def test_sold_out_is_packed():
    assert likely(running=[Running(title="Talk", until=NOW + HOUR, sold_out=True)])["crowd"][0] == "packed"


def test_earlier_weeks_tell_and_two_are_too_few():
    busy = weeks(Crowd.BUSY, Crowd.BUSY, Crowd.PACKED, Crowd.EMPTY)
    assert likely(past=busy) == {"crowd": ("busy", pytest.approx(0.3), "reports of 4 earlier weeks")}
    assert likely(past=busy[:2]) == {}


def test_many_reports_of_one_evening_are_one_week():
    assert likely(past=[PastReport(day=NOW.date() - timedelta(weeks=1), crowd=Crowd.PACKED)] * 50) == {}


def test_waiting_is_the_median_of_weeks():
    assert likely(past=weeks(*[Crowd.UNKNOWN] * 3, waiting=15))["waiting_minutes"][0] == 15


def test_a_closed_place_has_no_crowd():
    assert likely(hours=CLOSED, past=weeks(*[Crowd.BUSY] * 5)) == {
        "openness": ("closed", 0.6, "opening hours")
    }


@given(st.lists(st.sampled_from(Crowd), max_size=12), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(levels, random):
    past = weeks(*levels)
    running = [
        JAZZ,
        Running(title="Talk", until=NOW + HOUR, filled=0.4),
        Running(title="Art", until=NOW + HOUR),
    ]
    before = likely(past=past, running=running)
    random.shuffle(past)
    random.shuffle(running)
    assert likely(past=past, running=running) == before


def test_no_prediction_reaches_beyond_what_it_rests_on():
    soon = Running(title="Talk", until=NOW + HOUR / 4)
    ends = {one.answer: one.valid_until for one in predict(hours=None, past=(), running=[soon], now=NOW)}
    assert ends == {Answer.OPENNESS: soon.until, Answer.SPECIAL: soon.until}


@pytest.mark.parametrize(
    ("country", "region", "day", "known"),
    [
        ("IN", "KA", date(2026, 8, 15), True), ("IN", "no such", date(2026, 8, 15), True), ("US", "CA", date(2026, 11, 26), True),
        ("US", "CA", date(2026, 11, 25), False), ("XX", "", date(2026, 1, 1), None),
    ],
)  # fmt: skip
def test_public_holidays(country, region, day, known):
    calendar = calendar_of(country, region)
    assert (None if calendar is None else calendar(day)) is known
