"""`manage.py new_connector`: create a connector's files from templates, and register it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pipeline.contract.exceptions import ConfigInvalid
from sources.scaffold import carry_out, plan


class Command(BaseCommand):
    help = "Write a new connector, its sample, test and documentation page, and add it to the registry. The new test fails until it is filled in."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name", metavar="NAME", help="small letters, digits and underscores: town_calendar"
        )
        parser.add_argument("--title", default="", help="what people read; otherwise made from the name")
        parser.add_argument(
            "--root",
            type=Path,
            default=Path(settings.BASE_DIR),
            help="the project's folder, where it is another one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = plan(options["name"], options["title"], options["root"])
            carry_out(made, options["root"])
        except (ConfigInvalid, OSError) as error:
            raise CommandError(
                error.detail if isinstance(error, ConfigInvalid) else str(error), returncode=2
            ) from error
        for path in (*made.written, *made.edited):
            self.stdout.write(path)
        self.stderr.write(
            f"Fill them in; `pytest tests/pipeline/connectors/platforms/test_{options['name']}.py` says what is left."
        )
