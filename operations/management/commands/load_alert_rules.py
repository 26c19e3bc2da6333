"""`manage.py load_alert_rules`: add the shipped rules of alerts that are missing."""

from typing import Any

from django.core.management.base import BaseCommand

from operations.watch.shipped import load


class Command(BaseCommand):
    help = "Add the shipped rules of alerts that are missing. A rule that is there is never changed: switch it off in the admin instead of deleting it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load()} rules added")
