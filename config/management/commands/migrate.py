"""`manage.py migrate`: as Django's, but an empty database begins with the baseline (config.baseline)."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from config import baseline


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--from-zero", action="store_true", help="apply every migration, even to an empty database"
        )

    def handle(self, *args: Any, from_zero: bool = False, **options: Any) -> None:
        whole = not (options["app_label"] or options["plan"] or options["check_unapplied"] or options["fake"])
        if whole and not from_zero and options["database"] == DEFAULT_DB_ALIAS:
            baseline.load()
        super().handle(*args, **options)
