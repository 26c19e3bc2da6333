"""The time zone of an address by its words: its town, a state, a country with a single zone."""

import csv
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from pipeline.dates.zones import clock_of, zone_named
from pipeline.geography.countries import country_code
from pipeline.geography.place_text import parse_place
from pipeline.geography.regions import DATA
from pipeline.geography.towns import town_called


@lru_cache(maxsize=4096)
def zone_in_words(address: str, city: str = "", country: str = "") -> str:
    """The IANA zone of an address, a town's name and a country's, '' where it is uncertain.

    A given country overrides a town elsewhere.
    """
    reported = country_code(country)
    place = parse_place(address, reported, alone=True)
    state = place.state if reported in ("", "US") else ""
    within = reported or place.country or ("US" if state else "")
    town = town_called(city, country=within, state=state) if city else None
    if not town and place.meant and place.meant.country == within:
        town = place.meant
    if town:
        return town.zone
    return _zones_of_states().get(state, "") or (zone_of_country(within) if within else "")


@lru_cache(maxsize=256)
def zone_of_country(code: str) -> str:
    """The IANA zone of a country (ISO 3166) whose zones all show the same time; '' for other countries."""
    zones = zones_of_country(code)
    return zones[0].key if len({clock_of(zone) for zone in zones}) == 1 else ""


def zones_of_country(code: str) -> list[ZoneInfo]:
    """The zones of a country (ISO 3166)."""
    return [zone for name in _zones_of_countries().get(code, ()) if (zone := zone_named(name))]


@lru_cache(maxsize=512)
def country_of_zone(name: str) -> str:
    """The country (ISO 3166) that an IANA zone is of; '' for one of several countries."""
    found = [code for code, zones in _zones_of_countries().items() if name in zones]
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=1)
def _zones_of_states() -> dict[str, str]:
    """By code."""
    return {row["code"]: row["timezone"] for row in _state_rows()}


def _state_rows() -> list[dict[str, str]]:
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["country"] == "US"]


@lru_cache(maxsize=1)
def _zones_of_countries() -> dict[str, list[str]]:
    """The zones of each country, by the table of the time zone database (`zone.tab`)."""
    found: dict[str, list[str]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, name, *_ = line.split("\t")
            found.setdefault(code, []).append(name)
    return found
