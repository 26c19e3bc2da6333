"""`manage.py fetch`: start runs now, as the clock would."""

import json
import time
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils.timezone import now

from accounts.rights import COMMAND
from sources import tasks
from sources.enums import PUSHED, RunState
from sources.models import FetchRun, Source
from sources.queries import pauses
from sources.runs import pause
from sources.runs.summary import summary_of
from sources.triggers.start import start

POLL_SECONDS = 0.5


class Command(BaseCommand):
    help = (
        "Fetch one source, those of a city, or all active ones. Prints each run's id; with --wait the summaries when they are done. Exit 0; 1 where a run "
        "that was waited for failed or did not end; 2 where nothing could be started, with the reason."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", help="the source's slug")
        parser.add_argument("--city", help="all active sources of this city")
        parser.add_argument("--all", action="store_true", help="all active sources")
        parser.add_argument("--wait", action="store_true", help="wait until the runs have ended")
        parser.add_argument("--timeout", type=float, default=3600, help="seconds to wait at most")

    def handle(self, *args: Any, **options: Any) -> None:
        paused = pauses.active_pauses()
        sources = list(self._sources(options))
        runs = [run for source in sources if (run := self._start(source, paused)) is not None]
        if sources and not runs:
            raise CommandError("Nothing was started.", returncode=2)
        if options["wait"]:
            self._wait({run.pk for run in runs}, options["timeout"])

    def _sources(self, options: dict[str, Any]) -> QuerySet[Source]:
        named = [name for name in ("slug", "city", "all") if options[name]]
        if len(named) != 1:
            raise CommandError("Name a source, or give --city SLUG or --all: one of them.", returncode=2)
        sources = Source.objects.select_related("city", "credential").order_by("-priority", "next_fetch_at")
        if options["slug"]:
            found = sources.filter(slug=options["slug"])
            if not found:
                raise CommandError(f"There is no source {options['slug']}.", returncode=2)
            if found[0].type in PUSHED:
                raise CommandError(
                    f"Nothing is fetched from {options['slug']}: its events are sent to us.", returncode=2
                )
            return found
        active = sources.filter(is_active=True).exclude(type__in=PUSHED)
        return active.filter(city__slug=options["city"]) if options["city"] else active

    def _start(self, source: Source, paused: pauses.ActivePauses) -> FetchRun | None:
        """Open the source's run and queue it, or join the running one.

        None where the source is paused, with a message.
        """
        try:
            started = start(source, by=COMMAND, now=now(), paused=paused)
        except pause.Paused as error:
            self.stderr.write(error.detail)
            return None
        if started is None:
            return None
        if started.status == "started":
            tasks.queue_runs(fetch=[started.run.id])
        else:
            self.stderr.write(f"{source.slug} has a run under way.")
        self.stdout.write(str(started.run.id))
        return started.run

    def _wait(self, waiting: set[UUID], timeout: float) -> None:
        """Print each run's summary when it ends."""
        end = time.monotonic() + timeout
        failed = 0
        while waiting and time.monotonic() < end:
            for run in (
                FetchRun.objects.filter(pk__in=waiting)
                .exclude(state=RunState.RUNNING)
                .select_related("source")
            ):
                waiting.discard(run.pk)
                failed += run.state in (RunState.FAILED, RunState.REFUSED)
                self.stdout.write(json.dumps(summary_of(run)))
            if waiting:
                time.sleep(POLL_SECONDS)
        if waiting:
            raise CommandError(
                f"{len(waiting)} runs had not ended after {timeout:.0f} s; is a worker running?", returncode=1
            )
        if failed:
            raise CommandError(f"{failed} runs failed; their summaries say why.", returncode=1)
