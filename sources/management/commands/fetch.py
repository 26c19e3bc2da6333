"""What the clock would do, now."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from sources import services, tasks
from sources.enums import RunState
from sources.models import FetchRun, Source
from sources.services.summary import summary_of

POLL_SECONDS = 0.5


class Command(BaseCommand):
    help = "Fetch one source, those of a city, or all active ones. Prints each run's id; with --wait the summaries when they are done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", help="the source's slug")
        parser.add_argument("--city", help="all active sources of this city")
        parser.add_argument("--all", action="store_true", help="all active sources")
        parser.add_argument("--wait", action="store_true", help="wait until the runs have ended")
        parser.add_argument("--timeout", type=float, default=3600, help="seconds to wait at most")

    def handle(self, *args: Any, **options: Any) -> None:
        runs = [run for source in self._sources(options) if (run := self._start(source)) is not None]
        if options["wait"]:
            self._wait(runs, options["timeout"])

    def _sources(self, options: dict[str, Any]) -> list[Source]:
        sources = Source.objects.select_related("city")
        if options["slug"]:
            found = list(sources.filter(slug=options["slug"]))
            if not found:
                raise CommandError(f"There is no source {options['slug']}.", returncode=2)
            return found
        if options["city"]:
            return list(sources.filter(city__slug=options["city"], is_active=True))
        if options["all"]:
            return list(sources.filter(is_active=True))
        raise CommandError("Name a source, or give --city SLUG or --all.", returncode=2)

    def _start(self, source: Source) -> FetchRun | None:
        try:
            run = services.open_run(source, requested_by="command", now=now())
        except services.AlreadyRunning as error:
            self.stderr.write(error.detail)
            return None
        tasks.fetch_run.delay(str(run.id))
        self.stdout.write(str(run.id))
        return run

    def _wait(self, runs: list[FetchRun], timeout: float) -> None:
        end = time.monotonic() + timeout
        waiting = {run.pk for run in runs}
        while waiting and time.monotonic() < end:
            for run in FetchRun.objects.filter(pk__in=waiting).exclude(state=RunState.RUNNING).select_related("source"):
                waiting.discard(run.pk)
                self.stdout.write(json.dumps(summary_of(run)))
            if waiting:
                time.sleep(POLL_SECONDS)
        if waiting:
            raise CommandError(f"{len(waiting)} runs had not ended after {timeout:.0f} s; is a worker running?", returncode=1)
