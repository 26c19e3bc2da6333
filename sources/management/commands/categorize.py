"""Categorize events from standard input, without services or a database."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from django.core.management.base import BaseCommand

from events.taxonomy import OTHER
from sources.categorizer.features import EventText
from sources.categorizer.model import categorizer

BATCH: Final = 256
_FIELDS: Final = ("title", "description", "venue", "city", "language")
#: A line longer than this is no event (characters).
_LONGEST: Final = 4_000_000


class Command(BaseCommand):
    help = (
        "NDJSON on stdin (id, title, description, optional venue, city, language), NDJSON on stdout in the same order (id, category, confidence, "
        "scores). A line that cannot be read is answered in its place by id null, category other, confidence 0 and an error, and named on stderr; "
        "empty lines are skipped. The best category is always told; confidence says how far to believe it."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-scores", action="store_true", help="leave out the scores of the other categories")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = enumerate(sys.stdin.buffer, start=1)
        records = (read_line(number, line) for number, line in lines if line.strip())
        for answer in answered(records):
            if "error" in answer:
                self.stderr.write(answer["error"])
            if options["no_scores"]:
                answer.pop("scores", None)
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        self.stdout.flush()


Record = tuple[Any, EventText | None, str]


def read_line(number: int, line: bytes) -> Record:
    """(id, text, '') for a line of NDJSON, or (None, None, error) with the number of the line (from 1)."""
    if len(line) > _LONGEST:
        return None, None, f"line {number}: longer than {_LONGEST} bytes"
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return None, None, f"line {number}: not JSON: {str(error)[:200]}"
    if not isinstance(record, dict):
        return None, None, f"line {number}: not an object"
    if "id" not in record:
        return None, None, f"line {number}: no id"
    return record["id"], EventText(**{name: _text(record.get(name)) for name in _FIELDS}), ""


def answered(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """The answers in order, categorized in batches, so that input of any length needs little memory."""
    stream = iter(records)
    while batch := list(islice(stream, BATCH)):
        found = iter(categorizer().answers([text for _, text, _ in batch if text is not None]))
        for identity, text, error in batch:
            if text is None:
                yield {"id": None, "category": OTHER, "confidence": 0.0, "scores": {}, "error": error}
                continue
            answer = next(found)
            yield {"id": identity, "category": answer.category, "confidence": answer.confidence, "scores": answer.scores}


def _text(value: Any) -> str:
    """A field as text: a venue given as an object is read by its name, what is neither text nor number is nothing."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, str):
        return value.replace("\x00", " ")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
