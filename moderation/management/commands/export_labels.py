"""`manage.py export_labels FILE`: moderators' decisions as labelled examples for training, a line of JSON each."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from moderation.services.labelling import labels


class Command(BaseCommand):
    help = "Write moderators' decisions as labelled examples, a line of JSON each; `evaluate decisions` reports on them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write")
        parser.add_argument("--days", type=int, default=0, help="of so many days only (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        since = now() - timedelta(days=options["days"]) if options["days"] else None
        count = {"right": 0, "wrong": 0}
        with options["file"].open("w", encoding="utf-8") as file:
            for label in labels(since=since):
                file.write(json.dumps(label, ensure_ascii=False, default=str) + "\n")
                count[label["label"]] += 1
        self.stdout.write(json.dumps({"file": str(options["file"]), "labels": sum(count.values()), **count}))
