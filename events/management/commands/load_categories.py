"""`manage.py load_categories`: store the controlled taxonomy."""

from typing import Any

from django.core.management.base import BaseCommand

from events.models import Category
from pipeline.taxonomy import CATEGORIES


class Command(BaseCommand):
    help = "Create the categories of the taxonomy, and update their names."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [
            Category(
                slug=category.slug,
                name=category.name,
                covers=category.covers[:200],
                position=category.position,
            )
            for category in CATEGORIES
        ]
        Category.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["slug"], update_fields=["name", "covers", "position"]
        )
        self.stdout.write(f"{len(rows)} categories")
