"""`manage.py seed_sources`: create the shipped sources that are missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from places.models import City
from sources.setup import seed


class Command(BaseCommand):
    help = "Create the missing shipped sources of all cities, switched off. Existing ones stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--city", default="", help="slug of one city; otherwise all")

    def handle(self, *args: Any, city: str, **options: Any) -> None:
        if city and not City.objects.filter(slug=city).exists():
            raise CommandError(
                f"--city {city}: there is no such city; `manage.py load_cities` loads the known ones."
            )
        seeded = seed.seed_sources(city=city)
        self.stdout.write(
            f"{seeded.made} sources created, {seeded.known} existed already; all are off until you enable them."
        )
        for variable, count in sorted(seeded.wanted.items()):
            self.stdout.write(f"{variable} is needed by {count} source{'s' if count > 1 else ''}.")
