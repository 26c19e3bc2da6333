"""`manage.py restore`: restore a backup on an empty machine, or in place of what is there."""

import json
import time
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup.errors import BackupError
from config.backup.places import place
from config.backup.restoring import repair_recovered, restore
from config.management.commands.backup import newest


class Command(BaseCommand):
    help = (
        "Restore a backup: the database, the stored files, then erasures that were made since, and a new epoch, before anything is served. "
        "Nocturne must be stopped. See docs/backup.md."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", nargs="?", default="latest", help="its id (default: the newest)")
        parser.add_argument(
            "--from", dest="source", default="", help="a folder or s3://BUCKET/PREFIX, in place of BACKUP_TO"
        )
        parser.add_argument(
            "--until", type=_moment, help="ISO 8601 with offset: the state of that moment (base backups)"
        )
        parser.add_argument(
            "--after-recovery",
            action="store_true",
            help="restore nothing: the provider recovered the database; erase again and begin a new epoch",
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="also where something is there; it is kept under another name",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            source = place(options["source"] or settings.BACKUP_TO)
            if options["after_recovery"]:
                self.stdout.write(json.dumps(repair_recovered(source)))
                return
            backup_id = newest(source) if options["backup"] == "latest" else options["backup"]
            restored = restore(source, backup_id, until=options["until"], replace=options["replace"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        for remark in restored.remarks:
            self.stderr.write(remark)
        if restored.former:
            self.stderr.write(f"What was there before is kept: {restored.former}")
        self.stdout.write(json.dumps({**asdict(restored), "seconds": round(time.monotonic() - started, 1)}))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset, such as 2026-11-25T03:00:00+00:00")
    return moment
