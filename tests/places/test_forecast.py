"""The meaning of a forecast for an evening out."""

from datetime import timedelta

import pytest

from places.forecast import Outlook, outlook
from tests.factories import NOW

HOUR = timedelta(hours=1)


def step(hours: float, **said) -> dict:
    return {"at": (NOW + hours * HOUR).isoformat(), "temperature_c": 24.0, **said}


def expected(*hourly: dict, daily: tuple = (), start: float = 6, end: float = 8) -> Outlook | None:
    return outlook(hourly, daily, start=NOW + start * HOUR, end=NOW + end * HOUR)


def test_rain_within_the_event():
    reported = expected(step(3, precipitation=0.9), step(6, precipitation=0.7), step(9, precipitation=0.9))
    assert reported == Outlook(kind="wet", word="Rain likely", detail="70 %", at=NOW + 6 * HOUR)


def test_a_step_that_began_before_reaches_into_it():
    assert expected(step(4, precipitation=0.6)).kind == "wet"
    assert expected(step(3, precipitation=0.6)) is None


def test_hourly_steps_end_where_the_next_begins():
    assert expected(step(5, precipitation=0.6), step(6, precipitation=0.1)) is None


@pytest.mark.parametrize(
    ("code", "kind"), [(200, "wet"), (500, "wet"), (601, "wet"), (800, None), (701, None), (None, None)]
)
def test_without_a_probability_the_words_count(code, kind):
    reported = expected(step(6, **({"condition_code": code} if code else {})))
    assert (reported.kind if reported else None) == kind


def test_a_small_probability_of_rain_is_none():
    assert expected(step(6, condition_code=500, precipitation=0.4)) is None


@pytest.mark.parametrize(("degrees", "reported"), [(34.9, None), (35.0, "35 °C"), (41.6, "42 °C")])
def test_heat(degrees, reported):
    found = expected(step(6, temperature_c=degrees))
    assert (found.detail if found else None) == reported


def test_rain_comes_before_heat():
    assert expected(step(6, temperature_c=40.0, precipitation=0.5)).kind == "wet"


def test_days_serve_beyond_the_hours():
    day = {"at": (NOW + 24 * HOUR).isoformat(), "temperature_c": 30.0, "max_c": 37.0, "precipitation": 0.1}
    assert expected(step(6), daily=(day,), start=30, end=33) == Outlook(
        kind="hot", word="Hot", detail="37 °C", at=NOW + 24 * HOUR
    )


@pytest.mark.parametrize(
    "broken", [{}, {"at": "soon"}, {"at": "2026-11-21T18:00:00"}, {"at": None, "precipitation": 1.0}]
)
def test_nothing_is_known_without_a_step(broken):
    assert expected(broken) is None
    assert expected() is None


def test_an_event_without_length_has_weather():
    assert expected(step(6, precipitation=0.6), start=7, end=7).kind == "wet"
