"""The shipped sources: each platform's offer for each city, with suitable settings. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Final
from urllib.parse import quote

from pipeline.connectors import registry
from pipeline.contract.enums import SourceType

#: City listings are read once a day, at night.
NIGHTLY: Final = time(2, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchInterval:
    """How often a source is fetched: every so many minutes, or once a day at a local time."""

    minutes: int = 360
    at: time | None = None


#: Intervals by connector; the default is every six hours, or as the answers' cache headers suggest.
FETCH_INTERVALS: Final[Mapping[str, FetchInterval]] = {
    "facebook": FetchInterval(minutes=30),
    "instagram": FetchInterval(minutes=60),
    "eventbrite": FetchInterval(minutes=60),
    "google_places": FetchInterval(minutes=120),
    "yelp": FetchInterval(minutes=240),
    "openweathermap": FetchInterval(minutes=5),
    "scraper": FetchInterval(minutes=240),
    "bookmyshow": FetchInterval(minutes=240),
    "lbb": FetchInterval(minutes=240),
    "dice": FetchInterval(minutes=1440, at=NIGHTLY),
    "resident_advisor": FetchInterval(minutes=1440, at=NIGHTLY),
}
#: The state of places (open, busy) is fetched more often than their facts.
PLACE_STATUS: Final = FetchInterval(minutes=15)


#: Countries that Yelp covers (https://www.yelp.com/locations).
YELP: Final = frozenset(
    [
        "US",
        "CA",
        "GB",
        "IE",
        "AU",
        "NZ",
        "DE",
        "FR",
        "ES",
        "IT",
        "NL",
        "BE",
        "AT",
        "CH",
        "DK",
        "SE",
        "NO",
        "FI",
        "PT",
        "PL",
        "CZ",
        "TR",
        "JP",
        "SG",
        "HK",
        "TW",
        "MY",
        "PH",
        "MX",
        "BR",
        "AR",
        "CL",
    ]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CityPlatforms:
    """The facts about a city for its seeds. `platforms` has its ids by platform (`cities.csv`)."""

    slug: str
    name: str
    country: str
    region: str
    platforms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seed:
    """A source to create if none has its slug. `note`: what is guessed."""

    slug: str
    name: str
    connector: str
    city: str
    config: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    interval: FetchInterval = FetchInterval()
    note: str = ""

    @property
    def type(self) -> SourceType:
        """The type of source for its connector."""
        return registry.get(self.connector).metadata.type


def fetch_interval_of(connector: str, *, is_city_listing: bool = False) -> FetchInterval:
    """The default interval of a source of that connector."""
    return (
        FetchInterval(minutes=1440, at=NIGHTLY)
        if is_city_listing
        else FETCH_INTERVALS.get(connector, FetchInterval())
    )


def seeds(cities: Iterable[CityPlatforms]) -> Iterator[Seed]:
    """All shipped sources of these cities.

    Eventbrite, Meetup, Luma and the weather for each, Dice, Resident Advisor and Yelp for the cities that they
    cover, and Bengaluru's own.
    """
    for city in cities:
        yield from _listings(city)
        yield _weather(city)
        if city.country in YELP:
            yield _yelp(city)
        if city.slug == "bengaluru":
            yield from _bengaluru(city)


def _listings(city: CityPlatforms) -> Iterator[Seed]:
    platforms = city.platforms
    yield _listing(
        city, "eventbrite", f"https://www.eventbrite.com/d/{platforms.get('eventbrite', city.slug)}/events/"
    )
    yield _listing(
        city, "meetup", f"https://www.meetup.com/find/?location={_meetup_place(city)}&source=EVENTS"
    )
    guessed = (
        ""
        if "luma" in platforms
        else "The page's name at Luma is guessed from the city's: look at it in the lab before enabling."
    )
    yield _listing(city, "luma", f"https://luma.com/{platforms.get('luma', city.slug)}", note=guessed)
    if "dice" in platforms:
        yield _listing(city, "dice", f"https://dice.fm/browse/{platforms['dice']}")
    if "resident_advisor" in platforms:
        yield _listing(city, "resident_advisor", f"https://ra.co/events/{platforms['resident_advisor']}")


def _listing(city: CityPlatforms, connector: str, url: str, note: str = "") -> Seed:
    kind = registry.get(connector)
    return Seed(
        slug=f"{connector.replace('_', '-')}-{city.slug}",
        name=f"{kind.metadata.title} {city.name}",
        connector=connector,
        city=city.slug,
        config=kind.config_for(url) or {"url": url},
        url=url,
        interval=fetch_interval_of(connector, is_city_listing=True),
        note=note,
    )


def _weather(city: CityPlatforms) -> Seed:
    title = registry.get("openweathermap").metadata.title
    return Seed(
        slug=f"weather-{city.slug}",
        name=f"{title} {city.name}",
        connector="openweathermap",
        city=city.slug,
        interval=fetch_interval_of("openweathermap"),
    )


def _yelp(city: CityPlatforms) -> Seed:
    """Events and businesses around the city's middle, as far as the city reaches."""
    return Seed(
        slug=f"yelp-{city.slug}",
        name=f"{registry.get('yelp').metadata.title} {city.name}",
        connector="yelp",
        city=city.slug,
        config={"mode": "both"},
        interval=fetch_interval_of("yelp"),
    )


def _meetup_place(city: CityPlatforms) -> str:
    """Meetup's name for a city: `us--ca--Los Angeles`, `in--Bangalore`."""
    name = "Bangalore" if city.slug == "bengaluru" else city.name
    parts = [
        city.country.lower(),
        *([city.region.lower()] if city.country == "US" and city.region else []),
        name,
    ]
    return quote("--".join(parts))


def _bengaluru(city: CityPlatforms) -> Iterator[Seed]:
    """Bengaluru's own platforms, around Indiranagar where they search around a point.

    Their names and limits are the connectors' defaults.
    """
    own: tuple[tuple[str, str, dict[str, Any], FetchInterval], ...] = (
        ("bookmyshow", "", {}, fetch_interval_of("bookmyshow")),
        ("lbb", "", {}, fetch_interval_of("lbb")),
        ("google_places", "", INDIRANAGAR, fetch_interval_of("google_places")),
        ("google_places", "status", {**INDIRANAGAR, "mode": "status"}, PLACE_STATUS),
        (
            "facebook",
            "",
            {"categories": ["festival", "fitness", "food and drink", "shopping"]},
            fetch_interval_of("facebook"),
        ),
        ("instagram", "", {"hashtags": ["indiranagar", "bangaloreevents"]}, fetch_interval_of("instagram")),
    )
    for connector, part, config, interval in own:
        title = registry.get(connector).metadata.title
        yield Seed(
            slug="-".join(filter(None, (connector.replace("_", "-"), part, city.slug))),
            name=" ".join(filter(None, (title, part, city.name))),
            connector=connector,
            city=city.slug,
            config=config,
            interval=interval,
        )


#: Two kilometres around Indiranagar, and Google's types of places where events happen.
INDIRANAGAR: Final[dict[str, Any]] = {
    "lat": 12.9784,
    "lng": 77.6408,
    "radius_km": 2.0,
    "types": ["restaurant", "cafe", "bar", "night_club"],
}
