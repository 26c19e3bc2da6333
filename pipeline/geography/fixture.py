"""The cities and areas of the project's own fixture."""

import csv
import json
from functools import lru_cache
from pathlib import Path

from pipeline.geography.gazetteer import AreaFact, CityFact, Gazetteer
from pipeline.geography.regions import DATA
from pipeline.geography.shapes import shape


def read_cities(path: Path = DATA / "cities.csv") -> tuple[CityFact, ...]:
    """The cities of the project's own fixture, in order."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            CityFact(
                slug=row["slug"],
                name=row["name"],
                country=row["country"],
                region=row["region"],
                lat=float(row["lat"]),
                lng=float(row["lng"]),
                radius_km=float(row["radius_km"]),
                timezone=row["timezone"],
                aliases=tuple(filter(None, row["aliases"].split("|"))),
            )
            for row in csv.DictReader(file)
        )


def read_areas(path: Path = DATA / "areas.json") -> tuple[AreaFact, ...]:
    """The areas of the project's own fixture; a `polygon` is GeoJSON coordinates."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(AreaFact(shape=shape(row.pop("polygon", None)), **row) for row in rows)


@lru_cache(maxsize=1)
def fixture_gazetteer() -> Gazetteer:
    """The gazetteer of the project's own fixture, for commands and tests without a database."""
    return Gazetteer(cities=read_cities(), areas=read_areas())


@lru_cache(maxsize=1)
def _slugs_by_old_id(path: Path = DATA / "cities.csv") -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["eventbrite"]: row["slug"] for row in csv.DictReader(file) if row["eventbrite"]}


def city_by_old_id(name: str) -> str:
    """The slug of the fixture's city that was once called `name`, such as `ca--los-angeles`; any other name as it is."""
    return _slugs_by_old_id().get(name, name)


@lru_cache(maxsize=1)
def aliases_by_slug() -> dict[str, tuple[str, ...]]:
    """The aliases of the fixture's cities, for a gazetteer from database rows."""
    return {city.slug: city.aliases for city in read_cities()}
