"""`manage.py match RECORDS.csv`: which records of a file are the same event.

Needs neither services nor a database.
"""

import csv
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pipeline.contract.enums import MatchOutcome
from pipeline.matching import Candidate, match_candidates
from pipeline.matching.csv_records import BadRow, UnreadableRecords, read_records
from pipeline.matching.score import merge_from


class Command(BaseCommand):
    help = "Print as CSV the pairs of records of the same event: id1, id2, score, reasons."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`RECORDS.csv` (or `-` for standard input) and `--all`."""
        parser.add_argument(
            "records",
            help="CSV with a header: id, source, title, start, and where known end, venue, location, city, lat, lon, url, …",
        )
        parser.add_argument(
            "--all",
            action="store_true",
            dest="ask",
            help="also the pairs that a moderator would be shown, with a column decision",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the pairs. Bad rows are listed on standard error and counted in its last line."""
        bad: list[BadRow] = []
        if settings.DEDUP_THRESHOLD is not None:
            merge_from(settings.DEDUP_THRESHOLD)
        try:
            pairs = match_candidates(self._good(options["records"], bad), ask=options["ask"])
        except (OSError, UnreadableRecords, UnicodeError) as error:
            raise CommandError(f"cannot read {options['records']}: {error}", returncode=2) from error
        out = csv.writer(self.stdout, lineterminator="\n")
        out.writerow(["id1", "id2", "score", "reasons", *(["decision"] if options["ask"] else [])])
        for pair in pairs:
            out.writerow(
                [
                    pair.id1,
                    pair.id2,
                    f"{pair.score:.4f}",
                    pair.reasons,
                    *([pair.outcome.value] if options["ask"] else []),
                ]
            )
        merged = sum(pair.outcome is MatchOutcome.MERGE for pair in pairs)
        self.stderr.write(f"{merged} pairs to merge, {len(pairs) - merged} to ask about, {len(bad)} bad rows")

    def _good(self, name: str, bad: list[BadRow]) -> Iterator[Candidate]:
        for record in read_records(sys.stdin if name == "-" else Path(name)):
            if isinstance(record, Candidate):
                yield record
            else:
                bad.append(record)
                self.stderr.write(f"line {record.line}: {record.reason}")
