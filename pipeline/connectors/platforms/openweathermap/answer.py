"""OpenWeatherMap's answers as WeatherRecords: current weather, forecasts of three hours and of days (2.5),
and One Call (3.0).

https://openweathermap.org/current, https://openweathermap.org/forecast5,
https://openweathermap.org/api/one-call-3
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pipeline.connectors.support.values import at, coordinates, line, number, objects, text
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import WeatherRecord
from pipeline.text.decoding import strip_controls

ATTRIBUTION: Final = "Weather data provided by OpenWeather"
#: How long what was observed still tells of now, and a forecast of what comes.
CURRENT_HOLDS: Final = timedelta(hours=2)
FORECAST_HOLDS: Final = timedelta(hours=12)
MOST_STEPS: Final = 60
_KELVIN: Final = 273.15

Celsius = Callable[[Any], float | None]


def celsius_of(units: str) -> Celsius:
    """How temperatures of an answer are turned into degrees Celsius: `metric`, `imperial`, or `standard`
    (Kelvin)."""
    scale: dict[str, Callable[[float], float]] = {
        "metric": lambda t: t,
        "imperial": lambda t: (t - 32) / 1.8,
        "standard": lambda t: t - _KELVIN,
    }
    convert = scale[units]

    def read(value: Any) -> float | None:
        found = decimal(value)
        if found is None:
            return None
        degrees = round(convert(found), 1)
        return degrees if -95 <= degrees <= 65 else None

    return read


def decimal(value: Any) -> float | None:
    """A number that is one; None for anything else."""
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable else None


def kind(value: Any) -> str:
    """ "current", "list" (current weather of several towns), "hourly", "daily", "onecall", "none" (a forecast
    that holds nothing), or "" for what is no weather."""
    if not isinstance(value, Mapping):
        return ""
    if isinstance(value.get("current"), Mapping) and "lat" in value and "lon" in value:
        return "onecall"
    if isinstance(value.get("main"), Mapping) and isinstance(value.get("weather"), list) and "coord" in value:
        return "current"
    steps = value.get("list")
    if not isinstance(steps, list):
        return ""
    if isinstance(value.get("city"), Mapping) and "coord" in value["city"]:
        if not steps:
            return "none"
        return "daily" if isinstance(at(steps[0], "temp"), Mapping) else "hourly"
    return "list" if steps and all(kind(step) == "current" for step in steps) else ""


def records_of(value: Mapping[str, Any], celsius: Celsius) -> tuple[WeatherRecord, ...]:
    """The weather of an answer. Raises SchemaChanged where what it is made for is missing."""
    shape = kind(value)
    if shape == "current":
        return (_current(value, celsius),)
    if shape == "list":
        return tuple(_current(one, celsius) for one in objects(value, "list"))
    if shape in ("hourly", "daily"):
        return (_forecast(value, shape, celsius),)
    if shape == "onecall":
        return (_one_call(value, celsius),)
    if shape == "none":
        return ()
    raise SchemaChanged("no weather: neither current weather, a forecast nor One Call")


def _current(value: Mapping[str, Any], celsius: Celsius) -> WeatherRecord:
    moment = _moment(value.get("dt"))
    temperature = celsius(at(value, "main", "temp"))
    code, words = _condition(value)
    if moment is None or temperature is None or not words:
        raise SchemaChanged(
            "the weather lacks its time (dt), its temperature (main.temp) or its condition (weather[0].description)"
        )
    lat, lng = coordinates(at(value, "coord", "lat"), at(value, "coord", "lon"))
    return WeatherRecord(
        observed_at=moment,
        valid_until=moment + CURRENT_HOLDS,
        lat=lat,
        lng=lng,
        city=line(value, "name"),
        country=line(value, "sys", "country"),
        temperature_c=temperature,
        feels_like_c=celsius(at(value, "main", "feels_like")),
        condition_code=code,
        condition=words,
        wind_ms=_wind(at(value, "wind", "speed")),
        attribution=ATTRIBUTION,
    )


def _forecast(value: Mapping[str, Any], shape: str, celsius: Celsius) -> WeatherRecord:
    read = _day if shape == "daily" else _hour
    steps = [step for one in objects(value, "list")[:MOST_STEPS] if (step := read(one, celsius)) is not None]
    if not steps:
        raise SchemaChanged("the forecast has no step with a time, a temperature and a condition")
    first = datetime.fromisoformat(steps[0]["at"])
    lat, lng = coordinates(at(value, "city", "coord", "lat"), at(value, "city", "coord", "lon"))
    return WeatherRecord(
        observed_at=first - timedelta(hours=3) if shape == "hourly" else first,
        valid_until=first + FORECAST_HOLDS,
        lat=lat,
        lng=lng,
        city=line(value, "city", "name"),
        country=line(value, "city", "country"),
        hourly=tuple(steps) if shape == "hourly" else (),
        daily=tuple(steps) if shape == "daily" else (),
        attribution=ATTRIBUTION,
    )


def _one_call(value: Mapping[str, Any], celsius: Celsius) -> WeatherRecord:
    now = objects(value, "current")[0]
    moment, temperature = _moment(now.get("dt")), celsius(now.get("temp"))
    code, words = _condition(now)
    if moment is None or temperature is None or not words:
        raise SchemaChanged(
            "the weather lacks its time (current.dt), its temperature (current.temp) or its condition"
        )
    lat, lng = coordinates(value.get("lat"), value.get("lon"))
    hourly = [
        step for one in objects(value, "hourly")[:MOST_STEPS] if (step := _hour(one, celsius)) is not None
    ]
    return WeatherRecord(
        observed_at=moment,
        valid_until=moment + CURRENT_HOLDS,
        lat=lat,
        lng=lng,
        temperature_c=temperature,
        feels_like_c=celsius(now.get("feels_like")),
        condition_code=code,
        condition=words,
        precipitation=next(
            (step.get("precipitation") for step in hourly if step["at"] >= moment.isoformat()), None
        ),
        wind_ms=_wind(now.get("wind_speed")),
        hourly=tuple(hourly),
        daily=tuple(
            step for one in objects(value, "daily")[:MOST_STEPS] if (step := _day(one, celsius)) is not None
        ),
        attribution=ATTRIBUTION,
    )


def _hour(one: Mapping[str, Any], celsius: Celsius) -> dict[str, Any] | None:
    """A step of a forecast of hours, of 2.5 (`main.temp`) or One Call (`temp`)."""
    temperature = celsius(at(one, "main", "temp") if "main" in one else one.get("temp"))
    return _step(one, {"temperature_c": temperature}) if temperature is not None else None


def _day(one: Mapping[str, Any], celsius: Celsius) -> dict[str, Any] | None:
    temperatures = {"temperature_c": "day", "min_c": "min", "max_c": "max"}
    found = {
        name: degrees
        for name, key in temperatures.items()
        if (degrees := celsius(at(one, "temp", key))) is not None
    }
    return _step(one, found) if "temperature_c" in found else None


def _step(one: Mapping[str, Any], degrees: Mapping[str, float | None]) -> dict[str, Any] | None:
    moment = _moment(one.get("dt"))
    code, words = _condition(one)
    if moment is None or not words:
        return None
    wind = _wind(at(one, "wind", "speed") if "wind" in one else one.get("wind_speed", one.get("speed")))
    more = {"condition_code": code, "precipitation": _probability(one.get("pop")), "wind_ms": wind}
    return {
        "at": moment.isoformat(),
        **degrees,
        "condition": words,
        **{name: value for name, value in more.items() if value is not None},
    }


def _condition(value: Mapping[str, Any]) -> tuple[int | None, str]:
    """The first condition: its code, and its words in English."""
    first = next(iter(objects(value, "weather")), {})
    words = line(first, "description") or line(first, "main").lower()
    return number(first, "id"), strip_controls(words)[:80]


def _moment(value: Any) -> datetime | None:
    found = (
        decimal(value)
        if not isinstance(value, str)
        else decimal(float(text(value)))
        if text(value).isdigit()
        else None
    )
    return datetime.fromtimestamp(found, UTC) if found is not None and 1e8 <= found < 4_102_444_800 else None


def _wind(value: Any) -> float | None:
    found = decimal(value)
    return round(found, 1) if found is not None and 0 <= found < 150 else None


def _probability(value: Any) -> float | None:
    found = decimal(value)
    return found if found is not None and 0 <= found <= 1 else None
