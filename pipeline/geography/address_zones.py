"""The time zone of an address by its words: a widely known city, a state, a country with a single zone."""

import csv
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Final

from pipeline import patterns
from pipeline.dates.zones import zone_named
from pipeline.geography.countries import country_code
from pipeline.geography.metropolises import town_named, zone_of_town
from pipeline.geography.regions import DATA
from pipeline.text.folding import fold_name

#: A state's code before a postal code, or alone: "OR 97214", "OR".
_STATE: Final = patterns.compile(r"(?:^|\s)([A-Z]{2})(?:\s+\d{5}(?:-\d{4})?)?$")
_POSTCODE: Final = patterns.compile(r"^\d{5}(?:-\d{4})?$")
_DIGIT: Final = patterns.compile(r"\d")
#: Two zones count as the same if they agree in winter and in summer.
_SEASONS: Final = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))


@lru_cache(maxsize=4096)
def zone_in_words(address: str, city: str = "", country: str = "") -> str:
    """The IANA zone of an address, a town's name and a country's, '' where it is uncertain.

    A given country overrides a town elsewhere.
    """
    told = country_code(country)
    for words in (city, address):
        town, of = town_named(words)
        if town and told in ("", of) and (zone := zone_of_town(town)):
            return zone
        told = told or of
    state = _zone_of_state(address) if told in ("", "US") else ""
    return state or (zone_of_country(told) if told else "")


@lru_cache(maxsize=256)
def zone_of_country(code: str) -> str:
    """The IANA zone of a country (ISO 3166) whose zones all show the same time; '' for other countries."""
    names = [name for name in _zones_of_countries().get(code, ()) if zone_named(name)]
    return names[0] if names and len({_clock(name) for name in names}) == 1 else ""


def _zone_of_state(address: str) -> str:
    """The zone of the state of the United States that ends an address before its postal code and country."""
    parts = [part.strip() for part in address.replace("\n", ",").split(",") if part.strip()]
    while len(parts) > 1 and (_POSTCODE.match(parts[-1]) or country_code(parts[-1]) == "US"):
        parts.pop()
    if len(parts) < 2:
        return ""
    found = _STATE.search(parts[-1])
    name = fold_name(_DIGIT.sub(" ", parts[-1]))
    return _zones_of_states().get(found[1] if found else name, "")


def _clock(name: str) -> tuple[timedelta | None, ...]:
    zone = zone_named(name)
    return tuple(moment.astimezone(zone).utcoffset() for moment in _SEASONS)


@lru_cache(maxsize=1)
def _zones_of_states() -> dict[str, str]:
    """By code and by folded name."""
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["country"] == "US"]
    return {key: row["timezone"] for row in rows for key in (row["code"], fold_name(row["name"]))}


@lru_cache(maxsize=1)
def _zones_of_countries() -> dict[str, list[str]]:
    """The zones of each country, from `zone.tab` of the time zone database."""
    found: dict[str, list[str]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, name, *_ = line.split("\t")
            found.setdefault(code, []).append(name)
    return found
