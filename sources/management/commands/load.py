"""`manage.py load`: ingest files in the same way as a fetch."""

import json
from datetime import UTC
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pipeline.contract.exceptions import SourceError
from pipeline.dates.event_times import zone_or_utc
from places.models import City
from sources.enums import RunState
from sources.management.moments import moment_of
from sources.runs.summary import summary_of
from sources.setup.create import ensure_source
from sources.triggers.load import connector_of, files_of, load


class Command(BaseCommand):
    help = "Load files (folders are walked) as one complete run of a source. A missing source is created."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path)
        parser.add_argument("--source", required=True, help="slug of the source")
        parser.add_argument("--connector", help="otherwise detected from the first file")
        parser.add_argument("--config", type=Path, help="the source's configuration, a JSON file")
        parser.add_argument("--city", help="slug of the city")
        parser.add_argument(
            "--base-url", default="", help="the address from which the files count as fetched"
        )
        parser.add_argument("--now", help="freeze the clock (ISO 8601)")
        parser.add_argument(
            "--trust",
            default="",
            choices=["earned", "trusted", "normal", "doubtful"],
            help="of a source that is created (default: normal)",
        )
        parser.add_argument(
            "--accept-loss", action="store_true", help="apply a run that the safety checks would quarantine"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._load(options)
        except SourceError as error:
            raise CommandError(error.detail, returncode=2) from error
        self.stdout.write(json.dumps(summary_of(run)))
        if run.state in (RunState.FAILED, RunState.REFUSED):
            raise CommandError(run.error_detail, returncode=2)

    def _load(self, options: dict[str, Any]) -> Any:
        files = files_of(options["paths"], base_url=options["base_url"])
        if not files:
            raise SourceError("The paths hold no files.")
        source = ensure_source(
            options["source"],
            connector=options["connector"] or connector_of(files),
            config=_config(options["config"]),
            city=_city(options["city"]),
            url=options["base_url"],
            trust=options["trust"],
        )
        zone = zone_or_utc(source.city.timezone) if source.city else UTC
        now = moment_of(options["now"], "--now", zone) if options["now"] else None
        return load(source, files, now=now, base_url=options["base_url"], accept_loss=options["accept_loss"])


def _config(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        config = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SourceError(f"--config {path}: {error}") from error
    if not isinstance(config, dict):
        raise SourceError(f"--config {path}: must be a JSON object, is a {type(config).__name__}.")
    return config


def _city(slug: str | None) -> City | None:
    if not slug:
        return None
    city = City.objects.filter(slug=slug).first()
    if city is None:
        raise SourceError(
            f"--city {slug}: there is no such city; `manage.py load_cities` loads the known ones."
        )
    return city
