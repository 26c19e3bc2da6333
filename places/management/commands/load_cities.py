"""`manage.py load_cities`: create the missing cities and areas of the project's own fixture."""

import csv
from typing import Any

from django.core.management.base import BaseCommand

from pipeline.geography.fixture import read_areas, read_cities
from pipeline.geography.regions import DATA
from places.models import Area, City
from places.queries import forget_gazetteer


class Command(BaseCommand):
    help = "Create the missing cities and areas. Existing ones stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        platforms = _platform_ids()
        cities = [
            City(
                slug=fact.slug, name=fact.name, country=fact.country, region=fact.region, lat=fact.lat, lng=fact.lng, radius_km=fact.radius_km,
                timezone=fact.timezone, legacy_id=platforms[fact.slug].get("eventbrite", ""), platform_ids=platforms[fact.slug],
            )
            for fact in read_cities()
        ]  # fmt: skip
        before = City.objects.count()
        City.objects.bulk_create(cities, ignore_conflicts=True)
        by_slug = dict(City.objects.values_list("slug", "id"))
        areas = [
            Area(
                slug=fact.slug,
                name=fact.name,
                city_id=by_slug[fact.city],
                lat=fact.lat,
                lng=fact.lng,
                radius_km=fact.radius_km,
            )
            for fact in read_areas()
        ]
        Area.objects.bulk_create(areas, ignore_conflicts=True)
        forget_gazetteer()
        self.stdout.write(
            f"{City.objects.count()} cities ({City.objects.count() - before} new), {Area.objects.count()} areas"
        )


def _platform_ids() -> dict[str, dict[str, str]]:
    """Each city's ids at the platforms, by the platform's name."""
    with (DATA / "cities.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["slug"]: {
                name: row[name]
                for name in ("eventbrite", "luma", "dice", "resident_advisor")
                if row.get(name)
            }
            for row in csv.DictReader(file)
        }
