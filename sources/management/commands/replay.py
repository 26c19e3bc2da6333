"""`manage.py replay`: read kept payloads with today's parser."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now as clock

from pipeline.contract.exceptions import SourceError
from sources.enums import RunState
from sources.management.listing import lines_by_field, short
from sources.management.moments import moment_of, since_of
from sources.models import Source
from sources.runs.summary import summary_of
from sources.triggers.replay import Difference, OccurrenceChange, apply, compare

#: How many events of each kind are shown without --json.
SHOWN = 20


class Command(BaseCommand):
    help = (
        "Read stored answers of a source again with the current code, and compare with the stored records: new, changed field by field, moved, "
        "vanished, dropped. Nothing is written without --apply, which records them as a run, safety checks included."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="the source's slug")
        parser.add_argument(
            "--since", help="a number of days, or a moment in ISO 8601; by default only the last answer"
        )
        parser.add_argument("--apply", action="store_true", help="record them, after showing the difference")
        parser.add_argument(
            "--accept-loss",
            action="store_true",
            help="with --apply: what the guards would hold for a person too",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument("--now", help="the clock, in ISO 8601, for answers of long ago")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source.objects.select_related("city").filter(slug=options["source"]).first()
        if source is None:
            raise CommandError(f"There is no source {options['source']}.", returncode=2)
        now = moment_of(options["now"], "--now") if options["now"] else clock()
        since = since_of(options["since"], now) if options["since"] else None
        try:
            as_of = now if options["now"] else None
            difference = compare(source, since=since, now=now, as_of=as_of)
            run = (
                apply(source, since=since, now=now, as_of=as_of, accept_loss=options["accept_loss"])
                if options["apply"]
                else None
            )
        except SourceError as error:
            raise CommandError(error.detail, returncode=2) from error
        summary = summary_of(run) if run else None
        if options["json"]:
            counts = {
                "by_field": dict(difference.by_field),
                "dropped": dict(difference.dropped),
                "dropped_before": dict(difference.dropped_before),
            }  # asdict does not handle a Counter
            self.stdout.write(
                json.dumps(
                    {**asdict(difference), **counts, "applied": summary}, ensure_ascii=False, default=str
                )
            )
        else:
            self._print(difference)
            for line in lines_by_field(difference.by_field, difference.examples):
                self.stdout.write(line)
            if summary:
                self.stdout.write(json.dumps(summary))
        if run is not None and run.state in (RunState.FAILED, RunState.QUARANTINED):
            raise CommandError(f"{run.state}: {run.error_detail}", returncode=1)

    def _print(self, difference: Difference) -> None:
        self.stdout.write(
            f"{difference.payloads} answers of {difference.runs} runs, {difference.coverage}: {difference.found} records found"
        )
        self._list("new", difference.new)
        self._list("changed", difference.changed)
        self._list("moved", difference.moved)
        self._list("vanished", difference.vanished)
        self.stdout.write(f"unchanged: {difference.same}")
        for reason in sorted({*difference.dropped, *difference.dropped_before}):
            self.stdout.write(
                f"dropped, {reason}: {difference.dropped[reason]}, then {difference.dropped_before[reason]}"
            )
        if difference.refused:
            self.stdout.write(f"The safety checks would quarantine this run: {difference.refused}.")

    def _list(self, name: str, rows: Sequence[OccurrenceChange]) -> None:
        self.stdout.write(f"{name}: {len(rows)}")
        for row in rows[:SHOWN]:
            more = f" ({row.reason})" if row.reason else f" (was {row.was})" if row.was else ""
            self.stdout.write(
                f"  {row.external_id} {row.recurrence_id} {row.start} {row.title}{more}".replace(
                    "  ", " "
                ).rstrip()
            )
            for field, (before, after) in row.fields.items():
                self.stdout.write(f"    {field}: {short(before)} -> {short(after)}")
        if len(rows) > SHOWN:
            self.stdout.write(f"  and {len(rows) - SHOWN} more; --json has all")
