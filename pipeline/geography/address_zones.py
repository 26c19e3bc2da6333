"""The time zone of an address by its words: its town, a state, a country with a single zone."""

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Final

from pipeline import patterns
from pipeline.dates.zones import clock_of, zone_named
from pipeline.geography.countries import country_code
from pipeline.geography.regions import DATA
from pipeline.geography.towns import town_called, town_named
from pipeline.text.folding import fold_name

#: A state's code before a postal code, or alone: "OR 97214", "OR".
_STATE: Final = patterns.compile(r"(?:^|\s)([A-Z]{2})(?:\s+\d{5}(?:-\d{4})?)?$")
_POSTCODE: Final = patterns.compile(r"^\d{5}(?:-\d{4})?$")
_DIGIT: Final = patterns.compile(r"\d")


@lru_cache(maxsize=4096)
def zone_in_words(address: str, city: str = "", country: str = "") -> str:
    """The IANA zone of an address, a town's name and a country's, '' where it is uncertain.

    A given country overrides a town elsewhere.
    """
    told, state = country_code(country), _state_of(address)
    country = told or ("US" if state else "")
    town = town_called(city, country=country, state=state) if city else None
    if town:
        return town.zone
    for words in (city, address):
        named, of = town_named(words)
        if named and told in ("", of) and (found := town_called(named, country=of)):
            return found.zone
        told = told or of
    of_state = _zones_of_states().get(state, "") if told in ("", "US") else ""
    return of_state or (zone_of_country(told) if told else "")


@lru_cache(maxsize=256)
def zone_of_country(code: str) -> str:
    """The IANA zone of a country (ISO 3166) whose zones all show the same time; '' for other countries."""
    zones = [zone for name in _zones_of_countries().get(code, ()) if (zone := zone_named(name))]
    return zones[0].key if len({clock_of(zone) for zone in zones}) == 1 else ""


def _state_of(address: str) -> str:
    """The code of the state of the United States at the end of an address, before postal code and country; '' if
    there is none.
    """
    parts = [part.strip() for part in address.replace("\n", ",").split(",") if part.strip()]
    while len(parts) > 1 and (_POSTCODE.match(parts[-1]) or country_code(parts[-1]) == "US"):
        parts.pop()
    if len(parts) < 2:
        return ""
    found = _STATE.search(parts[-1])
    name = fold_name(_DIGIT.sub(" ", parts[-1]))
    return _states().get(found[1].casefold() if found else name, "")


@lru_cache(maxsize=1)
def _zones_of_states() -> dict[str, str]:
    """By code."""
    return {row["code"]: row["timezone"] for row in _state_rows()}


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    """Codes of states by themselves in small letters, and by folded name."""
    return {
        key: row["code"] for row in _state_rows() for key in (row["code"].casefold(), fold_name(row["name"]))
    }


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
