"""OpenWeatherMap: the weather of a city now and in the coming days.

https://openweathermap.org/api
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from pipeline.connectors.platforms.openweathermap.answer import (
    ATTRIBUTION,
    celsius_of,
    decimal,
    kind,
    records_of,
)
from pipeline.connectors.support.json_api import JsonApi, Key
from pipeline.connectors.support.platform import is_on, json_of, setting
from pipeline.connectors.support.values import text
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.http_errors import RateLimited
from pipeline.contract.raw import RawPayload

API: Final = "https://api.openweathermap.org"
#: The weather now is asked for at every run, every five minutes by the seeds.
FORECAST_EVERY: Final = timedelta(minutes=58)
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

    what: tuple[str, ...] = setting(
        "current, forecast (five days in steps of three hours), onecall (a subscription of its own).",
        ("current", "forecast"),
    )
    lat: float | None = setting("Latitude. Empty: that of the source's city.", None)
    lng: float | None = setting("Longitude.", None)
    units: str = setting(
        "Units of files that are read: metric, imperial or standard. Empty: as the request said, else judged by the values."
    )
    api: str = setting("Address of the API; for tests.", API)


class OpenWeatherMapConnector(JsonApi):
    """Reads weather. It has no events."""

    metadata: ClassVar[Metadata] = Metadata(
        name="openweathermap",
        title="OpenWeatherMap",
        type=SourceType.API,
        tier=Tier.PROVED,
        hosts=("openweathermap.org",),
        allows="Current weather and the forecast of five days with a free key; One Call 3.0 needs a subscription of its own (1,000 calls a day free).",
        quota=(
            "60 calls a minute and 30,000 a day (the free plan has 1,000,000 a month); a city takes 312 a day. One Call: 1,000 a day are free, each "
            "more costs 0.0012 GBP, so ask for it every 15 minutes at most."
        ),
        quotas=(Quota(requests=60, seconds=60.0), Quota(requests=30_000, seconds=86_400.0)),
        at_once=20,
        storage="No bound in time is known; the attribution has to be shown.",
        attribution=ATTRIBUTION,
        sunset="One Call 2.5 was closed in June 2024; current weather and the forecast of 2.5 go on. One Call 4.0 is offered beside 3.0.",
        terms="https://openweathermap.org/terms",
        link="https://openweathermap.org/api",
        variables=("OPENWEATHERMAP_API_KEY",),
        credential=CredentialKind.KEY,
        needs_key=True,
    )
    config_type: ClassVar[type[OpenWeatherMapConfig]] = OpenWeatherMapConfig

    marks = ((b'"weather"',), (b'"list"',))
    credential = Key(parameter="appid")

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for weather in one of its shapes."""
        return 0.95 if kind(value) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """An address of the API, with its point; the key in it is left out."""
        if not (url.startswith("https://") and is_on(url, ("api.openweathermap.org",))):
            return None
        parts = urlsplit(url)
        asked = next((name for name, path in _PATHS.items() if parts.path == path), "")
        if not asked:
            return None
        query = parse_qs(parts.query)
        point = {
            name: float(query[key][0])
            for name, key in (("lat", "lat"), ("lng", "lon"))
            if _is_number(query.get(key, [""])[0])
        }
        return {"what": [asked], **point}

    def check_credentials(self, http: HttpClient) -> None:
        """Ask for the weather of London."""
        self._ask(http, "current", 51.5, -0.12)

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One request for each thing that is asked; the forecast, which is made anew every three hours, once
        an hour.

        Raises ConfigInvalid without a point, CredentialsMissing where the key is denied, RateLimited beyond
        its quota."""
        lat = self.config.lat if self.config.lat is not None else params.lat
        lng = self.config.lng if self.config.lng is not None else params.lng
        if lat is None or lng is None:
            raise ConfigInvalid("lat, lng: missing; give a point, or the source a city")
        unknown = [one for one in self.config.what if one not in _PATHS]
        if unknown or not self.config.what:
            raise ConfigInvalid(
                f"what: {', '.join(unknown)[:60] or 'empty'}; give some of {', '.join(_PATHS)}"
            )
        for one in self.config.what:
            if one != "forecast":
                yield self.read(self._ask(http, one, lat, lng), params)
            elif len(self.config.what) == 1 or _is_due(params):
                page = self.read(self._ask(http, one, lat, lng), params)
                yield replace(page, checkpoint={"forecast_at": params.now.isoformat()})

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The weather of an answer; COMPLETE, since it holds all events there are: none.

        Raises CredentialsMissing for a denied key, SchemaChanged for other errors and what is no weather."""
        value = json_of(payload)
        _refuse(value)
        if not isinstance(value, Mapping) or not kind(value):
            raise SchemaChanged("no weather: neither current weather, a forecast nor One Call")
        weather = records_of(value, celsius_of(self._units(payload, value)))
        return Page(payload=payload, records=(), coverage=Coverage.COMPLETE, weather=weather)

    def _ask(self, http: HttpClient, what: str, lat: float, lng: float) -> RawPayload:
        query = {"lat": str(lat), "lon": str(lng), "units": "metric"}
        if what == "onecall":
            query["exclude"] = "minutely,alerts"
        payload = self.ask(http, _PATHS[what].lstrip("/"), query)
        value = json_of(payload)
        if isinstance(value, Mapping) and text(value, "cod") == "429":
            raise RateLimited(f"OpenWeatherMap answers {text(value, 'message')[:200]}", url=payload.url)
        _refuse(value)
        return payload

    def _units(self, payload: RawPayload, value: Mapping[str, Any]) -> str:
        """As configured, as the request said, else Kelvin where the values must be, which is what the API
        sends where nothing was said."""
        said = self.config.units or parse_qs(urlsplit(payload.url).query).get("units", [""])[0]
        if said in ("metric", "imperial", "standard"):
            return said
        return "standard" if max(_temperatures(value), default=0.0) > _SURELY_KELVIN else "metric"


def _refuse(value: Any) -> None:
    """Raise for an error: {"cod": 401, "message": …}, the code as a number or as text."""
    if not isinstance(value, Mapping):
        return
    code, words = text(value, "cod"), text(value, "message")[:200]
    if code == "401":
        raise CredentialsMissing(
            f"OpenWeatherMap denies the key ({words}); check OPENWEATHERMAP_API_KEY, a new one works after some hours"
        )
    if code and code != "200":
        raise SchemaChanged(f"OpenWeatherMap answers {code}: {words}")


def _temperatures(value: Any, depth: int = 0) -> Iterator[float]:
    """The numbers under `temp` and `day`."""
    if depth > 6:
        return
    for key, inner in value.items() if isinstance(value, Mapping) else ():
        if key in ("temp", "day") and (found := decimal(inner)) is not None:
            yield found
        for one in inner if isinstance(inner, list) else [inner]:
            yield from _temperatures(one, depth + 1)


def _is_due(params: FetchParams) -> bool:
    """Whether the forecast was last asked for an hour ago; a run may come a little early."""
    try:
        last = datetime.fromisoformat(str(params.checkpoint.get("forecast_at", "")))
    except ValueError:
        return True
    return last.tzinfo is None or params.now - last >= FORECAST_EVERY or last > params.now


def _is_number(given: str) -> bool:
    try:
        float(given)
    except ValueError:
        return False
    return True
