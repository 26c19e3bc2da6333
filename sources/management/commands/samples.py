"""`manage.py samples`: load or remove sample events."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from sources.samples.load import draw_pictures, load_samples
from sources.samples.removal import remove_samples


class Command(BaseCommand):
    help = "load: render the sample feeds for today, ingest them and draw their pictures. remove: delete all samples."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["load", "remove"])
        parser.add_argument("--new", action="store_true", help="load: only what was not read today")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "remove":
            self.stdout.write(f"{remove_samples()} sample events removed")
            return
        for run in load_samples(now=now(), new_only=options["new"]):
            self.stdout.write(
                f"{run.source.slug}: {run.events_processed} events, {run.new} new, {run.merged} merged, {run.state}"
            )
        self.stdout.write(f"{draw_pictures()} events got a picture")
