"""Names of states and provinces, and the points that geocoders use for whole countries."""

import csv
from functools import lru_cache
from pathlib import Path

from pipeline import patterns
from pipeline.text.folding import fold_name

DATA = Path(__file__).resolve().parent / "data"
POSTCODE = patterns.compile(r"\b(?:\d{5}(?:-\d{4})?|\d{6}|\d{3} \d{3})\b")


@lru_cache(maxsize=1)
def regions() -> dict[tuple[str, str], str]:
    """(country, region code) -> folded name, from `data/regions.csv`."""
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {(row["country"], row["code"]): fold_name(row["name"]) for row in csv.DictReader(file)}


@lru_cache(maxsize=256)
def regions_of(country: str) -> frozenset[str]:
    """Folded names of the regions of a country (ISO 3166-1 alpha-2)."""
    return frozenset(name for (of, _), name in regions().items() if of == country)


@lru_cache(maxsize=1)
def all_regions() -> frozenset[str]:
    """Folded names of all regions."""
    return frozenset(regions().values())


def is_region(text: str) -> bool:
    """Whether the text is the name of a known state or province ('New York', 'Karnataka 560038')."""
    return fold_name(POSTCODE.sub(" ", text)) in all_regions()


def is_county(text: str) -> bool:
    """Whether the text is the name of a county: "Kings County"."""
    return text.count(" ") > 0 and text.endswith(" County")


@lru_cache(maxsize=1024)
def region_called(text: str, country: str = "") -> tuple[str, str]:
    """(country, code) of a state or province by its name or its code in capitals, in `country` where that is known;
    ("", "") for others, and where several countries have one."""
    folded = fold_name(text)
    found = [
        (of, code)
        for (of, code), name in regions().items()
        if (text == code or folded == name) and country in ("", of)
    ]
    american = [one for one in found if one[0] == "US"]
    return (american or found or [("", "")])[0]


@lru_cache(maxsize=1)
def country_points() -> tuple[tuple[float, float], ...]:
    """The points that common geocoders use for whole countries, from `data/country_points.csv`."""
    with (DATA / "country_points.csv").open(encoding="utf-8", newline="") as file:
        return tuple((float(row["lat"]), float(row["lng"])) for row in csv.DictReader(file))
