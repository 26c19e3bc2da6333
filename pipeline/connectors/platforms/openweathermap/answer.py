"""OpenWeatherMap's answers as WeatherRecords: current weather, forecasts of three hours and of days (2.5),
and One Call (3.0).

https://openweathermap.org/current, https://openweathermap.org/forecast5,
https://openweathermap.org/api/one-call-3
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import at, decimal, line, number, objects, text
from pipeline.text.decoding import strip_controls

ATTRIBUTION: Final = "Weather data provided by OpenWeather"
#: How long what was observed still tells of now, and a forecast of what comes.
_CURRENT_HOLDS: Final = timedelta(hours=2)
_FORECAST_HOLDS: Final = timedelta(hours=12)
_MOST_STEPS: Final = 60
#: How temperatures of each system of units are turned into degrees Celsius.
SCALES: Final[Mapping[str, Callable[[float], float]]] = {
    "metric": lambda t: t,
    "imperial": lambda t: (t - 32) / 1.8,
    "standard": lambda t: t - 273.15,
}

Celsius = Callable[[Any], float | None]


def shape_of(value: Any) -> str:
    """ "current", "list" (current weather of several towns), "hourly", "daily", "onecall", "none" (a forecast
    that holds nothing), or "" for what is no weather."""
    if isinstance(at(value, "current"), Mapping) and "lat" in value and "lon" in value:
        return "onecall"
    measured = isinstance(at(value, "main"), Mapping) and isinstance(at(value, "weather"), list)
    if measured and "coord" in value:
        return "current"
    steps = at(value, "list")
    if not isinstance(steps, list):
        return ""
    if isinstance(at(value, "city"), Mapping) and "coord" in value["city"]:
        days = isinstance(at(steps, 0, "temp"), Mapping)
        return "none" if not steps else "daily" if days else "hourly"
    return "list" if steps and all(shape_of(step) == "current" for step in steps) else ""


def weather_of(value: Mapping[str, Any], units: str) -> tuple[sdk.WeatherRecord, ...]:
    """The weather of an answer of one of the shapes, whose temperatures are in `units`. Raises SchemaChanged
    where what it is made for is missing."""
    shape, celsius = shape_of(value), _celsius_of(units)
    if shape == "current":
        return (_current(value, celsius),)
    if shape == "list":
        return tuple(_current(one, celsius) for one in objects(value, "list"))
    if shape == "onecall":
        return (_one_call(value, celsius),)
    return (_forecast(value, shape, celsius),) if shape in ("hourly", "daily") else ()


def _celsius_of(units: str) -> Celsius:
    """How temperatures of an answer are read as degrees Celsius: None for what no weather has."""

    def read(value: Any) -> float | None:
        found = decimal(value)
        degrees = None if found is None else round(SCALES[units](found), 1)
        return degrees if degrees is not None and -95 <= degrees <= 65 else None

    return read


def temperatures(value: Any, depth: int = 0) -> Iterator[float]:
    """The numbers under `temp` and `day`."""
    if depth > 6:
        return
    for key, inner in value.items() if isinstance(value, Mapping) else ():
        if key in ("temp", "day") and (found := decimal(inner)) is not None:
            yield found
        for one in inner if isinstance(inner, list) else [inner]:
            yield from temperatures(one, depth + 1)


def _current(value: Mapping[str, Any], celsius: Celsius) -> sdk.WeatherRecord:
    lacks = "its time (dt), its temperature (main.temp) or its condition (weather[0].description)"
    return sdk.WeatherRecord(
        **_observed(value, celsius, lacks),
        **_point(value.get("coord")),
        city=line(value, "name"),
        country=line(value, "sys", "country"),
    )


def _one_call(value: Mapping[str, Any], celsius: Celsius) -> sdk.WeatherRecord:
    lacks = "its time (current.dt), its temperature (current.temp) or its condition"
    now = _observed(value["current"], celsius, lacks)
    hourly, begin = _steps(value, "hourly", celsius), now["observed_at"].isoformat()
    return sdk.WeatherRecord(
        **now,
        **_point(value),
        precipitation=next((step.get("precipitation") for step in hourly if step["at"] >= begin), None),
        hourly=hourly,
        daily=_steps(value, "daily", celsius),
    )


def _forecast(value: Mapping[str, Any], shape: str, celsius: Celsius) -> sdk.WeatherRecord:
    steps = _steps(value, "list", celsius, daily=shape == "daily")
    if not steps:
        raise sdk.SchemaChanged("the forecast has no step with a time, a temperature and a condition")
    first = datetime.fromisoformat(steps[0]["at"])
    return sdk.WeatherRecord(
        observed_at=first - timedelta(hours=3) if shape == "hourly" else first,
        valid_until=first + _FORECAST_HOLDS,
        **_point(at(value, "city", "coord")),
        city=line(value, "city", "name"),
        country=line(value, "city", "country"),
        hourly=steps if shape == "hourly" else (),
        daily=steps if shape == "daily" else (),
        attribution=ATTRIBUTION,
    )


def _observed(one: Mapping[str, Any], celsius: Celsius, lacks: str) -> dict[str, Any]:
    """What was measured, by 2.5 (`main.temp`) or One Call (`temp`). Raises SchemaChanged, with what it
    `lacks`."""
    moment, temperature = _moment(one.get("dt")), celsius(_measured(one, "temp"))
    code, words = _condition(one)
    if moment is None or temperature is None or not words:
        raise sdk.SchemaChanged(f"the weather lacks {lacks}")
    return {
        "observed_at": moment,
        "valid_until": moment + _CURRENT_HOLDS,
        "temperature_c": temperature,
        "feels_like_c": celsius(_measured(one, "feels_like")),
        "condition_code": code,
        "condition": words,
        "wind_ms": _wind(one),
        "attribution": ATTRIBUTION,
    }


def _point(where: Any) -> dict[str, Any]:
    lat, lng = values.coordinates(at(where, "lat"), at(where, "lon"))
    return {"lat": lat, "lng": lng}


def _steps(
    value: Mapping[str, Any], name: str, celsius: Celsius, *, daily: bool = False
) -> tuple[dict[str, Any], ...]:
    """The steps of a forecast that have a time, a temperature and a condition."""
    made = (_step(one, celsius, daily or name == "daily") for one in objects(value, name)[:_MOST_STEPS])
    return tuple(step for step in made if step is not None)


def _step(one: Mapping[str, Any], celsius: Celsius, daily: bool) -> dict[str, Any] | None:
    moment, (code, words) = _moment(one.get("dt")), _condition(one)
    degrees = {"temperature_c": celsius(_measured(one, "temp"))}
    if daily:
        names = {"temperature_c": "day", "min_c": "min", "max_c": "max"}
        degrees = {name: celsius(at(one, "temp", key)) for name, key in names.items()}
    if moment is None or not words or degrees["temperature_c"] is None:
        return None
    rain = decimal(one, "pop")
    likely = rain if rain is not None and 0 <= rain <= 1 else None
    reported = {
        **degrees,
        "condition": words,
        "condition_code": code,
        "precipitation": likely,
        "wind_ms": _wind(one),
    }
    return {
        "at": moment.isoformat(),
        **{name: value for name, value in reported.items() if value is not None},
    }


def _measured(one: Mapping[str, Any], name: str) -> Any:
    return at(one, "main", name) if "main" in one else one.get(name)


def _condition(value: Mapping[str, Any]) -> tuple[int | None, str]:
    """The first condition: its code, and its words in English."""
    first = next(iter(objects(value, "weather")), {})
    words = line(first, "description") or line(first, "main").lower()
    return number(first, "id"), strip_controls(words)[:80]


def _moment(value: Any) -> datetime | None:
    digits = text(value) if isinstance(value, str) else ""
    found = float(digits) if digits.isascii() and digits.isdigit() else decimal(value)
    return datetime.fromtimestamp(found, UTC) if found is not None and 1e8 <= found < 4_102_444_800 else None


def _wind(one: Mapping[str, Any]) -> float | None:
    """In m/s; `wind.speed` of 2.5, `wind_speed` of One Call, `speed` of a day."""
    found = decimal(at(one, "wind", "speed") if "wind" in one else one.get("wind_speed", one.get("speed")))
    return round(found, 1) if found is not None and 0 <= found < 150 else None
