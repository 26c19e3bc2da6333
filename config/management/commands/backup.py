"""`manage.py backup`: make an encrypted backup while the site runs; list, verify, or ship the log."""

import json
import time
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from config.backup.errors import BackupError
from config.backup.keeping import forget, verify
from config.backup.making import BASE, DUMP, default_kind, make, ship_log
from config.backup.manifest import Manifest, known
from config.backup.places import Place, place


class Command(BaseCommand):
    help = "Back the database and the stored files up to BACKUP_TO, encrypted for BACKUP_RECIPIENTS, and delete old backups. See docs/backup.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default="", help="a folder or s3://BUCKET/PREFIX, in place of BACKUP_TO")
        parser.add_argument(
            "--kind",
            choices=(DUMP, BASE),
            help="dump: of any PostgreSQL; base: continued by the log (BACKUP_WAL)",
        )
        parser.add_argument("--without-files", action="store_true", help="the database alone")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--list", action="store_true", help="list the backups, make none")
        what.add_argument(
            "--verify", metavar="ID", help="read a backup and compare its checksums; latest for the newest"
        )
        what.add_argument(
            "--ship-log", action="store_true", help="ship the log of the embedded PostgreSQL up to now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            to = place(options["to"] or settings.BACKUP_TO)
            said = self._do(to, options)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps({**said, "seconds": round(time.monotonic() - started, 1)}))

    def _do(self, to: Place, options: dict[str, Any]) -> dict[str, Any]:
        if options["list"]:
            return self._list(to)
        if options["verify"]:
            return self._verify(to, options["verify"])
        if options["ship_log"]:
            return {"segments": ship_log(to, finish=True)}
        made = make(to, kind=options["kind"] or default_kind(), with_files=not options["without_files"])
        deleted = forget(to, days=settings.BACKUP_KEEP_DAYS, now=now())
        facts = {
            name: value
            for name, value in asdict(made).items()
            if name in ("id", "kind", "begun", "ended", "keys")
        }
        return {**facts, "bytes": made.bytes, "deleted": deleted}

    def _list(self, to: Place) -> dict[str, Any]:
        for each in (found := known(to)):
            manifest = Manifest.read(to, each, trust=True)
            self.stdout.write(
                f"{each}  {manifest.kind}  {manifest.ended[:19]}  {manifest.bytes / 2**20:.1f} MiB"
            )
        return {"backups": found}

    def _verify(self, to: Place, which: str) -> dict[str, Any]:
        backup_id = newest(to) if which == "latest" else which
        if wrong := verify(to, backup_id):
            raise BackupError(f"{backup_id}: {'; '.join(wrong)}")
        return {"id": backup_id, "verified": True}


def newest(to: Place) -> str:
    """The id of the newest backup. Raises BackupError where there is none."""
    found = known(to)
    if not found:
        raise BackupError("There is no finished backup there")
    return found[-1]
