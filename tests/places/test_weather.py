"""The weather of a city: one row, one service, one announcement, and nothing shown when it has expired."""

from datetime import timedelta

import pytest
from django.db import connection

from outbox.models import Change
from places.models import Weather
from places.queries import weather_by_city, weather_now, weather_of
from places.records import WeatherFacts
from places.services import record_weather
from tests.factories import NOW, make_city

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def facts(**fields) -> WeatherFacts:
    defaults = {
        "observed_at": NOW, "valid_until": NOW + 2 * HOUR, "temperature_c": 24.3, "condition": "light rain", "precipitation": 0.7, "wind_ms": 3.1,
        "hourly": [{"at": NOW.isoformat(), "temperature_c": 24.0}], "source": "OpenWeatherMap", "attribution": "OpenWeather",
    }  # fmt: skip
    return WeatherFacts(**{**defaults, **fields})


def record(**fields) -> bool:
    return record_weather(make_city().id, facts(**fields), now=fields.pop("now", NOW))


def test_weather_is_stored_and_announced():
    city = make_city()
    assert record()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    change = Change.objects.get()
    assert (change.type, change.object_type, change.object_id, change.topics) == (
        "weather.update",
        "weather",
        city.id,
        ["weather:bengaluru"],
    )
    assert (change.data["temperature_c"], change.data["condition"], change.data["city"]) == (
        24.3,
        "light rain",
        "bengaluru",
    )
    found = weather_of("bengaluru")
    assert found is not None
    assert weather_now(found, "bengaluru") == change.data


def test_the_same_again_and_older_weather_change_nothing():
    record()
    assert not record()
    assert not record(observed_at=NOW - HOUR, temperature_c=10.0, hourly=[])
    assert (Change.objects.count(), Weather.objects.get().temperature_c) == (1, 24.3)


def test_a_forecast_alone_leaves_the_present_weather():
    record()
    steps = [{"at": (NOW + 3 * HOUR).isoformat(), "temperature_c": 20.0}]
    assert record(
        temperature_c=None, condition="", observed_at=NOW + HOUR, valid_until=NOW + 12 * HOUR, hourly=steps
    )
    row = Weather.objects.get()
    assert (row.temperature_c, row.condition, row.hourly) == (24.3, "light rain", steps)


def test_a_forecast_alone_is_all_that_is_known_where_the_weather_is_stale():
    record()
    later = NOW + 5 * HOUR
    reported = facts(
        temperature_c=None,
        condition="",
        observed_at=later,
        valid_until=later + HOUR,
        hourly=[{"at": later.isoformat()}],
    )
    assert record_weather(make_city().id, reported, now=later)
    assert Weather.objects.get().temperature_c is None


def test_an_older_forecast_does_not_replace_a_newer_one():
    record(hourly=[{"at": (NOW + 3 * HOUR).isoformat()}])
    assert not record(hourly=[{"at": NOW.isoformat()}])


def test_a_forecast_is_bounded():
    record(
        hourly=[{"at": "x" * 2_000}, *({"at": f"{n}"} for n in range(200))],
        daily=[{"at": str(n)} for n in range(50)],
    )
    row = Weather.objects.get()
    assert (len(row.hourly), len(row.daily)) == (48, 16)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "24 °C, light rain"),
        ({"condition": "scattered clouds"}, "24 °C, scattered clouds, rain likely"),
        ({"condition": "clear sky", "precipitation": 0.1}, "24 °C, clear sky"),
        ({"valid_until": NOW + timedelta(seconds=1)}, ""),
        ({"temperature_c": None}, ""),
    ],
)
def test_one_sentence_as_long_as_it_holds(fields, words):
    record(**fields)
    reported = weather_by_city([make_city()], now=NOW + timedelta(minutes=5))[make_city().id]
    assert (reported.words, reported.attribution) == (words, "OpenWeather")


def test_a_forecast_that_nobody_renews_is_none():
    record()
    city = make_city()
    assert [city.id in weather_by_city([city], now=NOW + hours * HOUR) for hours in (11, 12)] == [True, False]


@pytest.mark.parametrize(
    "fields",
    [
        {"temperature_c": 24.4}, {"wind_ms": 3.4}, {"precipitation": 0.72}, {"hourly": [{"at": NOW.isoformat(), "temperature_c": 23.6}]},
        {"condition_code": 501}, {},
    ],
)  # fmt: skip
def test_what_readers_cannot_see_is_no_news(fields):
    record()
    assert not record(observed_at=NOW + HOUR, valid_until=NOW + 3 * HOUR, **fields)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    row = Weather.objects.get()
    assert (Change.objects.count(), row.temperature_c, row.valid_until) == (1, 24.3, NOW + 3 * HOUR)


@pytest.mark.parametrize(
    "fields",
    [
        {"temperature_c": 24.6}, {"feels_like_c": 26.0}, {"wind_ms": 3.6}, {"precipitation": 0.8}, {"condition": "heavy rain"},
        {"hourly": [{"at": NOW.isoformat(), "temperature_c": 22.0}]},
        {"hourly": [{"at": NOW.isoformat(), "temperature_c": 24.0}, {"at": (NOW + HOUR).isoformat(), "temperature_c": 24.0}]},
    ],
)  # fmt: skip
def test_what_readers_see_is_told(fields):
    record()
    assert record(observed_at=NOW + HOUR, valid_until=NOW + 3 * HOUR, **fields)
    assert Change.objects.count() == 2


def test_weather_that_ends_before_it_begins_is_nothing():
    assert not record(valid_until=NOW)
    assert not Weather.objects.exists()
