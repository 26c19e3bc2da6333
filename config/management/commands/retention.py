"""`manage.py retention`: delete expired data, or only report it."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now as clock

from accounts.privacy.keeping import forget_personal_data
from digests import services as digests
from events import services as events
from events.sharing.picture import forget_share_pictures
from galleries.services import forget_files as forget_photo_files
from moderation import services as moderation
from sources.ingest.retention import clear_runs, clear_staged, delete_expired


def _let_go(*, now: datetime, dry: bool) -> int:
    return delete_expired(now=now, dry=dry).count


#: By name, as `--only` takes it; the same functions run daily (config/schedule.py).
KINDS: Final[dict[str, tuple[str, Callable[..., int]]]] = {
    "payloads": (
        "answers of sources and of the language model deleted, staged records of strict platforms cleared",
        _let_go,
    ),
    "staged": ("staged records cleared of payload and text", clear_staged),
    "runs": ("runs cleared of requests, steps and errors", clear_runs),
    "contacts": ("contacts of organizers and listings emptied", events.anonymize_contacts),
    "reviews": ("contacts in reviews' evidence emptied", moderation.anonymize_evidence),
    "addresses": ("addresses of unconfirmed and former subscribers erased", digests.erase_addresses),
    "people": (
        "accounts that were never confirmed erased, old zips and ended sessions deleted",
        forget_personal_data,
    ),
    "archive": ("events archived", events.archive_past),
    "pictures": ("files of pictures deleted", events.forget_pictures),
    "photos": ("files that no photo of a reader has, deleted", forget_photo_files),
    "share pictures": ("files of share pictures deleted; who asks gets a new one", forget_share_pictures),
}


class Command(BaseCommand):
    help = "Show what retention would delete; --apply deletes it. A periodic task does the same every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--only", choices=sorted(KINDS), action="append", help="only this kind; may be repeated"
        )
        parser.add_argument("--apply", action="store_true", help="do it")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock()
        chosen = options["only"] or KINDS
        report = {name: KINDS[name][1](now=now, dry=not options["apply"]) for name in chosen}
        if options["json"]:
            self.stdout.write(json.dumps({"applied": options["apply"], **report}))
            return
        for name, count in report.items():
            self.stdout.write(f"{count:>8} {KINDS[name][0]}")
        if not options["apply"]:
            self.stdout.write("Nothing was changed; --apply does it.")
