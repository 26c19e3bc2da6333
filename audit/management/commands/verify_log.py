"""`manage.py verify_log`: verify the log. The last line is JSON; the exit is 0 where all is well."""

import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from audit.services import verify


class Command(BaseCommand):
    help = (
        "Verify every entry of the log, its chain and its checkpoints. Exit 1 where something does not hold."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--checkpoints", type=Path, default=Path(settings.AUDIT_CHECKPOINTS),
            help="a copy of the file of checkpoints, such as one that the database's administrators cannot reach",
        )  # fmt: skip

    def handle(self, *args: Any, checkpoints: Path, **options: Any) -> None:
        began = time.perf_counter()
        report = verify(checkpoints=checkpoints)
        for line in report.reported:
            self.stderr.write(line)
        self.stdout.write(
            json.dumps(
                {
                    "ok": report.ok,
                    "entries": report.entries,
                    "links": report.links,
                    "head": report.head,
                    "first_bad": report.first_bad,
                    "problems": dict(report.problems),
                    "unchained": report.unchained,
                    "waiting": report.waiting,
                    "checkpoints": report.checkpoints,
                    "seconds": round(time.perf_counter() - began, 3),
                }
            )
        )
        if not report.ok:
            raise SystemExit(1)
