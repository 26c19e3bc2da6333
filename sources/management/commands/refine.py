"""`manage.py refine`: run today's steps over stored listings."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now as clock

from sources.ingest.refine_stored import STEPS, RefineReport, refine_stored
from sources.ingest.rematch import rematch
from sources.management.listing import lines_by_field, short
from sources.management.moments import moment_of, since_of
from sources.models import Source


class Command(BaseCommand):
    help = (
        "Refine stored listings again with the current steps, and show the changes field by field. Nothing is written without --apply, which records them as a "
        "fetch does. The step match compares events again. To read the answers of a source again, use replay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since",
            required=True,
            help="a number of days, or a moment in ISO 8601: listings that changed since then",
        )
        parser.add_argument(
            "--step",
            action="append",
            choices=[*STEPS, "match"],
            default=[],
            help="only this step; may be repeated",
        )
        parser.add_argument("--source", help="the slug of one source")
        parser.add_argument("--apply", action="store_true", help="record the changes, after showing them")
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument("--now", help="the clock, in ISO 8601")

    def handle(self, *args: Any, **options: Any) -> None:
        now = moment_of(options["now"], "--now") if options["now"] else clock()
        source = (
            Source.objects.select_related("city").filter(slug=options["source"]).first()
            if options["source"]
            else None
        )
        if options["source"] and source is None:
            raise CommandError(f"There is no source {options['source']}.", returncode=2)
        if "match" in options["step"]:
            if source is not None or options["step"] != ["match"]:
                raise CommandError(
                    "--step match compares the events of all sources: give it alone, without --source.",
                    returncode=2,
                )
            self._match(since_of(options["since"], now), options, now)
            return
        report = refine_stored(
            since=since_of(options["since"], now),
            steps=options["step"],
            source=source,
            apply=options["apply"],
            now=now,
        )
        if options["json"]:
            counts = {
                "by_field": dict(report.by_field),
                "dropped": dict(report.dropped),
            }  # asdict does not handle a Counter
            self.stdout.write(json.dumps({**asdict(report), **counts}, ensure_ascii=False, default=str))
        else:
            self._print(report, applied=options["apply"])

    def _match(self, since: datetime, options: dict[str, Any], now: datetime) -> None:
        report = rematch(since=since, dry=not options["apply"], now=now)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
            return
        for line in report.examples:
            self.stdout.write(line)
        self.stdout.write(
            f"{report.looked_at} events looked at: {report.merged} to merge, {report.asked} to ask about, {report.left} left, since a user decided"
        )
        self.stdout.write("Done." if options["apply"] else "Nothing was written; --apply does it.")

    def _print(self, report: RefineReport, *, applied: bool) -> None:
        for row in report.shown:
            self.stdout.write(f"{row.source}: {row.start} {row.title}")
            if row.dropped:
                self.stdout.write(f"    would be dropped: {row.dropped}")
            for name, (before, after) in row.fields.items():
                self.stdout.write(f"    {name}: {short(before)} -> {short(after)}")
        self.stdout.write(f"{report.looked_at} listings looked at, {report.changed} change")
        for line in lines_by_field(report.by_field, report.examples):
            self.stdout.write(line)
        for reason, count in report.dropped.most_common():
            self.stdout.write(f"  would be dropped, {reason}: {count} (not changed: a moderator decides)")
        done = f"{report.applied} were recorded, {report.waiting} of their events wait for a moderator."
        self.stdout.write(done if applied else "Nothing was written; --apply records it.")
