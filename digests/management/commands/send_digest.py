"""`manage.py send_digest --city SLUG`: write this week's digest of a city to its subscribers now."""

import json
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from digests.services import digest_city
from places.queries import find_city


class Command(BaseCommand):
    help = (
        "Record the digest of the week, or of the day, for each active subscription in the city, whatever its day and hour, and send it. Who has it "
        "already, or got one within three days, is left out. With --dry-run nothing is stored or sent, and the subjects are printed. The last line "
        "is one JSON object. Exit 0; 1 where a mail failed; 2 where there is no such city."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--city", required=True, help="the slug of an active city")
        parser.add_argument(
            "--dry-run", action="store_true", help="store and send nothing; print the subjects"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        city = find_city(options["city"])
        if city is None:
            raise CommandError(f"There is no active city {options['city']}.", returncode=2)
        began = perf_counter()
        done = digest_city(city, now=now(), dry=options["dry_run"])
        for subject, count in done.subjects.most_common():
            self.stdout.write(f"{count:6d}  {subject}")
        told = {
            "city": city.slug, "dry_run": options["dry_run"], "subscriptions": done.subscriptions, "recorded": done.recorded, "empty": done.empty,
            "sent": done.sent, "failed": done.failed, "seconds": round(perf_counter() - began, 3),
        }  # fmt: skip
        self.stdout.write(json.dumps(told))
        if done.failed:
            raise SystemExit(1)
