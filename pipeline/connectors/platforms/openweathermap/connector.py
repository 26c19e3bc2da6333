"""OpenWeatherMap: the weather of a city now and in the coming days.

https://openweathermap.org/api
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from pipeline.connectors.platforms.openweathermap.answer import (
    ATTRIBUTION,
    SCALES,
    shape_of,
    temperatures,
    weather_of,
)
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import text

#: The weather now is asked for at every run, every five minutes by the seeds.
_FORECAST_EVERY: Final = timedelta(minutes=58)
_PATHS: Final = {
    "current": "/data/2.5/weather",
    "forecast": "/data/2.5/forecast",
    "onecall": "/data/3.0/onecall",
}
#: From this temperature on an answer without units must be in Kelvin: nowhere on Earth are 100 degrees.
_SURELY_KELVIN: Final = 150.0


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenWeatherMapConfig:
    """Which weather is asked for."""

    what: tuple[str, ...] = sdk.setting(
        "current, forecast (five days in steps of three hours), onecall (a subscription of its own).",
        ("current", "forecast"),
    )
    lat: float | None = sdk.setting("Latitude. Empty: that of the source's city.", None)
    lng: float | None = sdk.setting("Longitude.", None)
    units: str = sdk.setting(
        "Units of files that are read: metric, imperial or standard. Empty: as the request said, else judged by the values."
    )
    api: str = sdk.setting("Address of the API; for tests.", "https://api.openweathermap.org")


class OpenWeatherMapConnector(sdk.JsonApi):
    """Reads weather. It has no events."""

    metadata = sdk.Metadata(
        name="openweathermap",
        title="OpenWeatherMap",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        hosts=("openweathermap.org",),
        allows="Current weather and the forecast of five days with a free key; One Call 3.0 needs a subscription of its own (1,000 calls a day free).",
        quota=(
            "60 calls a minute and 30,000 a day (the free plan has 1,000,000 a month); a city takes 312 a day. One Call: 1,000 a day are free, each "
            "more costs 0.0012 GBP, so ask for it every 15 minutes at most."
        ),
        quotas=(sdk.Quota(requests=60, seconds=60.0), sdk.Quota(requests=30_000, seconds=86_400.0)),
        at_once=20,
        storage="No bound in time is known; the attribution has to be shown.",
        attribution=ATTRIBUTION,
        sunset="One Call 2.5 was closed in June 2024; current weather and the forecast of 2.5 go on. One Call 4.0 is offered beside 3.0.",
        terms="https://openweathermap.org/terms",
        link="https://openweathermap.org/api",
        variables=("OPENWEATHERMAP_API_KEY",),
        credential=sdk.CredentialKind.KEY,
        needs_key=True,
    )
    config_type = OpenWeatherMapConfig
    marks = ((b'"weather"',), (b'"list"',))
    credential = sdk.Key(parameter="appid")
    # the weather of London
    probe = ("data/2.5/weather", {"lat": "51.5", "lon": "-0.12", "units": "metric"})

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for weather in one of its shapes."""
        return 0.95 if shape_of(value) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """An address of the API, with its point; the key in it is left out."""
        if not (url.startswith("https://") and sdk.is_on(url, ("api.openweathermap.org",))):
            return None
        parts = urlsplit(url)
        asked = next((name for name, path in _PATHS.items() if parts.path == path), "")
        query = parse_qs(parts.query)
        reported = {name: _degrees(query.get(key, [""])[0]) for name, key in (("lat", "lat"), ("lng", "lon"))}
        point = {name: degrees for name, degrees in reported.items() if degrees is not None}
        return {"what": [asked], **point} if asked else None

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """One request for each thing that is asked; the forecast, which is made anew every three hours, once
        an hour.

        Raises ConfigInvalid without a point, CredentialsMissing where the key is denied, RateLimited beyond
        its quota."""
        middle, what = values.middle(self.config.lat, self.config.lng, params), self.config.what
        if middle is None:
            raise sdk.ConfigInvalid("lat, lng: missing; give a point, or the source a city")
        unknown = [one for one in what if one not in _PATHS]
        if unknown or not what:
            raise sdk.ConfigInvalid(
                f"what: {', '.join(unknown)[:60] or 'empty'}; give some of {', '.join(_PATHS)}"
            )
        for one in what:
            if one == "forecast" and len(what) > 1 and not _is_due(params):
                continue
            asked = {"lat": str(middle[0]), "lon": str(middle[1]), "units": "metric"}
            more = {"exclude": "minutely,alerts"} if one == "onecall" else {}
            page = self.read(self.ask(http, _PATHS[one].lstrip("/"), {**asked, **more}), params)
            reported = {"forecast_at": params.now.isoformat()} if one == "forecast" else {}
            yield replace(page, checkpoint=reported)

    def answered(self, payload: sdk.RawPayload) -> sdk.RawPayload:
        """Raises RateLimited beyond the quota, and what `read` raises for an error."""
        value = sdk.json_of(payload)
        if text(value, "cod") == "429":
            raise sdk.RateLimited(f"OpenWeatherMap answers {text(value, 'message')[:200]}", url=payload.url)
        self.refuse_error(value)
        return payload

    @classmethod
    def refuse_error(cls, value: Any, *, failed: bool = False) -> None:
        """Raise for an error: {"cod": 401, "message": …}, the code as a number or as text."""
        code, words = text(value, "cod"), text(value, "message")[:200]
        if code == "401":
            raise sdk.CredentialsMissing(
                f"OpenWeatherMap denies the key ({words}); check OPENWEATHERMAP_API_KEY, a new one works after some hours"
            )
        if code and code != "200":
            raise sdk.SchemaChanged(f"OpenWeatherMap answers {code}: {words}")

    def read(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        """The weather of an answer; COMPLETE, since it holds all events there are: none.

        Raises CredentialsMissing for a denied key, SchemaChanged for other errors and what is no weather."""
        value = sdk.json_of(payload)
        self.refuse_error(value)
        if not shape_of(value):
            raise sdk.SchemaChanged("no weather: neither current weather, a forecast nor One Call")
        weather = weather_of(value, self._units(payload, value))
        return sdk.Page(payload=payload, records=(), coverage=sdk.Coverage.COMPLETE, weather=weather)

    def _units(self, payload: sdk.RawPayload, value: Mapping[str, Any]) -> str:
        """As configured, as the request said, else Kelvin where the values must be, which is what the API
        sends where nothing was said."""
        said = self.config.units or parse_qs(urlsplit(payload.url).query).get("units", [""])[0]
        if said in SCALES:
            return said
        return "standard" if max(temperatures(value), default=0.0) > _SURELY_KELVIN else "metric"


def _degrees(given: str) -> float | None:
    try:
        return float(given)
    except ValueError:
        return None


def _is_due(params: sdk.FetchParams) -> bool:
    """Whether the forecast was last asked for an hour ago; a run may come a little early."""
    try:
        last = datetime.fromisoformat(str(params.checkpoint.get("forecast_at", "")))
    except ValueError:
        return True
    return last.tzinfo is None or params.now - last >= _FORECAST_EVERY or last > params.now
