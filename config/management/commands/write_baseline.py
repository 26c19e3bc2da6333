"""`manage.py write_baseline`: write the schema that all migrations make (config.baseline)."""

from typing import Any

from django.core.management.base import BaseCommand

from config import baseline


class Command(BaseCommand):
    help = "Apply all migrations to a scratch database, and write its schema to config/baseline.sql."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        written = baseline.made_from_zero()
        baseline.FILE.write_text(written)
        self.stdout.write(f"{baseline.FILE.name}: {len(written.splitlines()):,} lines")
