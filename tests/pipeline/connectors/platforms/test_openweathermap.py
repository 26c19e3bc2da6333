"""OpenWeatherMap: current weather, forecasts, One Call, units, malformed answers, errors."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.platforms.openweathermap import OpenWeatherMapConfig, OpenWeatherMapConnector
from pipeline.contract.connector import Credentials, Page
from pipeline.contract.enums import CredentialKind
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import ClientRefused, RateLimited
from pipeline.contract.raw import RawPayload
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import asked, local_http, sample
from tests.pipeline.connectors.platform_checks import check_platform
from tests.pipeline.connectors.reading import NOW, params, payload

KEY = Credentials(kind=CredentialKind.KEY, values={"key": "O-secret"})
RECORDED = SHARED / "api/openweathermap/csparpa__pyowm"
_R = "json_test_responses__"
#: Recorded answers with weather and how many records they give; those that are broken; all others are of
#: other services or the library's own.
WEATHER = {
    f"{_R}observation_json": 1, f"{_R}three_hours_forecast_json": 1, f"{_R}daily_forecast_json": 1, f"{_R}daily_forecast_at_id_json": 1,
    f"{_R}daily_forecast_at_coords_json": 1, f"{_R}search_results_json": 2, f"{_R}weather_at_places_in_bbox_json": 2,
    f"{_R}one_call_history_json": 1, f"{_R}forecast_not_found_json": 0,
}  # fmt: skip
LACKS = (
    "the weather lacks its time (dt), its temperature (main.temp) or its condition (weather[0].description)"
)
MALFORMED = (f"{_R}observation_malformed_json", f"{_R}forecast_malformed_json")


def read(body: bytes | str, **config) -> Page:
    return OpenWeatherMapConnector(OpenWeatherMapConfig(**config)).read(payload(body), params())


@pytest.fixture
def http() -> Iterator:
    with local_http() as http:
        yield http


def connector(server: HTTPServer, **config) -> OpenWeatherMapConnector:
    return OpenWeatherMapConnector(
        OpenWeatherMapConfig(api=server.url_for("/").rstrip("/"), **{"lat": 12.97, "lng": 77.59} | config),
        KEY,
    )


def test_it_is_documented_and_known_by_its_samples_alone():
    check_platform(
        OpenWeatherMapConnector,
        *(f"openweathermap/{name}.json" for name in ("current", "forecast", "onecall")),
    )


def test_current_weather():
    (now,) = read(sample("openweathermap/current.json")).weather
    assert (now.temperature_c, now.feels_like_c, now.condition, now.condition_code, now.wind_ms) == (
        24.3,
        24.9,
        "light rain",
        500,
        3.1,
    )
    assert (now.observed_at, now.valid_until) == (NOW - timedelta(minutes=10), NOW + timedelta(minutes=110))
    assert (now.city, now.country, now.lat, now.lng) == ("Bengaluru", "IN", 12.97, 77.59)


def test_a_forecast():
    (reported,) = read(sample("openweathermap/forecast.json")).weather
    assert reported.temperature_c is None
    assert [(step["at"], step["temperature_c"], step["precipitation"]) for step in reported.hourly] == [
        ("2026-11-21T12:00:00+00:00", 24.0, 0.7),
        ("2026-11-21T15:00:00+00:00", 22.5, 0.4),
        ("2026-11-21T18:00:00+00:00", 21.0, 0.0),
    ]


def test_one_call():
    (reported,) = read(sample("openweathermap/onecall.json")).weather
    assert (reported.temperature_c, reported.condition, reported.precipitation) == (
        24.1,
        "scattered clouds",
        0.0,
    )
    assert len(reported.hourly) == 3
    (day,) = reported.daily
    assert (day["min_c"], day["max_c"], day["temperature_c"], day["precipitation"]) == (19.5, 28.0, 26.0, 0.6)


@pytest.mark.parametrize(("units", "degrees"), [("", 24.3), ("metric", 24.3), ("imperial", -4.3)])
def test_units(units, degrees):
    (now,) = read(sample("openweathermap/current.json"), units=units).weather
    assert now.temperature_c == degrees


def test_kelvin_is_told_by_the_values_and_units_by_the_request():
    answer = json.loads(sample("openweathermap/current.json"))
    answer["main"]["temp"] = 297.45
    assert read(json.dumps(answer)).weather[0].temperature_c == 24.3
    answer["main"]["temp"] = 75.74
    asked_so = RawPayload(
        url="https://api.openweathermap.org/data/2.5/weather?units=imperial",
        content=json.dumps(answer).encode(),
    )
    page = OpenWeatherMapConnector(OpenWeatherMapConfig()).read(asked_so, params())
    assert page.weather[0].temperature_c == 24.3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dt": None}, "lacks"), ({"dt": "soon"}, "lacks"), ({"weather": []}, "lacks"), ({"weather": "rain"}, "no weather"), ({"main": {}}, "lacks"),
        ({"main": {"temp": "warm"}}, "lacks"), ({"main": {"temp": 5000}}, "lacks"), ({"main": 7}, "no weather"), ({"weather": [{"test": "fake"}]}, "lacks"),
    ],
)  # fmt: skip
def test_a_malformed_answer_is_told(change, words):
    with pytest.raises(SchemaChanged, match=words):
        read(json.dumps({**json.loads(sample("openweathermap/current.json")), **change}))


def test_a_broken_step_of_a_forecast_does_not_take_the_rest():
    answer = json.loads(sample("openweathermap/forecast.json"))
    answer["list"][1] = {"test": "fake"}
    assert len(read(json.dumps(answer)).weather[0].hourly) == 2


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (sample("openweathermap/denied.json"), CredentialsMissing, "OPENWEATHERMAP_API_KEY"),
        ('{"cod": "404", "message": "city not found"}', SchemaChanged, "404: city not found"),
        ("[]", SchemaChanged, "no weather"),
        ("", SchemaChanged, "no JSON"),
    ],
)
def test_errors_are_told(body, error, words):
    with pytest.raises(error, match=words):
        read(body)


def test_asking(httpserver: HTTPServer, http):
    httpserver.expect_request("/data/2.5/weather").respond_with_data(sample("openweathermap/current.json"))
    httpserver.expect_request("/data/2.5/forecast").respond_with_data(sample("openweathermap/forecast.json"))
    pages = list(connector(httpserver).fetch(params(), http))
    assert [len(page.weather) for page in pages] == [1, 1]
    assert asked(httpserver)[0] == {"lat": "12.97", "lon": "77.59", "units": "metric", "appid": "O-secret"}
    assert "secret" not in "".join(page.payload.url for page in pages)


def test_the_forecast_is_asked_once_an_hour_and_the_weather_every_time(httpserver: HTTPServer, http):
    httpserver.expect_request("/data/2.5/weather").respond_with_data(sample("openweathermap/current.json"))
    httpserver.expect_request("/data/2.5/forecast").respond_with_data(sample("openweathermap/forecast.json"))
    (_, first) = connector(httpserver).fetch(params(), http)
    assert first.checkpoint == {"forecast_at": NOW.isoformat()}
    pages = {}
    for minutes in (5, 57, 58):
        later = replace(params(), now=NOW + timedelta(minutes=minutes), checkpoint=dict(first.checkpoint))
        pages[minutes] = len(list(connector(httpserver).fetch(later, http)))
    assert pages == {5: 1, 57: 1, 58: 2}
    broken = replace(params(), checkpoint={"forecast_at": "soon"})
    assert len(list(connector(httpserver).fetch(broken, http))) == 2
    alone = replace(params(), checkpoint=dict(first.checkpoint))
    assert len(list(connector(httpserver, what=("forecast",)).fetch(alone, http))) == 1


def test_refusals_are_told(httpserver: HTTPServer, http):
    httpserver.expect_request("/data/2.5/weather").respond_with_data(
        sample("openweathermap/denied.json"), status=401
    )
    httpserver.expect_request("/data/3.0/onecall").respond_with_json({"cod": 429, "message": "slow down"})
    with pytest.raises(ClientRefused):
        connector(httpserver).check_credentials(http)
    with pytest.raises(RateLimited, match="slow down"):
        list(connector(httpserver, what=("onecall",)).fetch(params(), http))
    with pytest.raises(CredentialsMissing, match="OPENWEATHERMAP_API_KEY"):
        OpenWeatherMapConnector(OpenWeatherMapConfig()).check_credentials(http)
    with pytest.raises(ConfigInvalid, match="what"):
        list(connector(httpserver, what=("tides",)).fetch(params(), http))
    with pytest.raises(ConfigInvalid, match="lat, lng"):
        list(OpenWeatherMapConnector(OpenWeatherMapConfig(), KEY).fetch(params(), http))


def test_an_address_of_the_api_is_a_source_without_its_key():
    url = "https://api.openweathermap.org/data/2.5/weather?lat=12.9&lon=77.5&appid=secret"
    assert OpenWeatherMapConnector.config_for(url) == {"what": ["current"], "lat": 12.9, "lng": 77.5}
    assert OpenWeatherMapConnector.config_for("https://openweathermap.org/city/1277333") is None


@needs_data
def test_all_recorded_weather_is_read():
    counts = {name: len(read((RECORDED / f"{name}.json").read_bytes()).weather) for name in WEATHER}
    assert counts == WEATHER
    (london,) = read((RECORDED / f"{_R}observation_json.json").read_bytes()).weather
    assert (london.temperature_c, london.condition, london.observed_at) == (
        15.3,
        "overcast clouds",
        datetime(2013, 9, 11, 10, 26, 17, tzinfo=UTC),
    )


@needs_data
@pytest.mark.parametrize("name", MALFORMED)
def test_recorded_malformed_answers_are_told(name):
    with pytest.raises(SchemaChanged):
        read((RECORDED / f"{name}.json").read_bytes())


@needs_data
def test_every_recorded_answer_is_read_or_refused_with_words():
    """What is no weather at all (air, ozone, fields, alerts of other services) says so; nothing crashes, and
    nothing is silently empty."""
    reported, refused = {}, set()
    for path in sorted(RECORDED.glob("*.json")):
        try:
            reported[path.stem] = len(read(path.read_bytes()).weather)
        except SchemaChanged as error:
            refused.add(error.detail.partition(":")[0])
    assert reported == WEATHER
    assert refused == {
        "no weather",
        "the forecast has no step with a time, a temperature and a condition",
        LACKS,
    }


@needs_data
def test_nothing_else_that_was_recorded_is_taken_for_weather():
    for path in RECORDED.glob("*.json"):
        one = RawPayload(url=f"https://recorded.example/{path.name}", content=path.read_bytes())
        assert (OpenWeatherMapConnector.recognizes(one) > 0.85) == (path.stem in (*WEATHER, *MALFORMED)), (
            path.name
        )
