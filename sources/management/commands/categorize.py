"""`manage.py categorize`: categorize events from standard input, without services or a database."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.core.management.base import BaseCommand

from pipeline.refinement.categories.features import EventText
from pipeline.refinement.categories.leaning import answers_by_source
from pipeline.refinement.categories.model import categorizer
from pipeline.taxonomy import OTHER

#: How much is read before it is answered: records, and characters of their texts.
RECORDS: Final = 50_000
_CHARACTERS: Final = 64_000_000
_FIELDS: Final = ("title", "description", "venue", "city", "language")
#: A longer line (in characters) is refused.
_LONGEST: Final = 4_000_000


class Command(BaseCommand):
    help = (
        "NDJSON on stdin (id, title, description, optional venue, city, language, source), NDJSON on stdout in the same order (id, category, "
        "confidence, scores). Records of one source are judged with that source's prior, as it shows in what is read (up to 50,000 records at a time, from 20 "
        "of a source); the source of a record without one is what stands before the first colon of its id. With --alone each is judged by itself. "
        "A line that cannot be read is answered in its place by id null, category other, confidence 0 and an error, and named on stderr; empty "
        "lines are skipped. The best category is always given; confidence says how sure it is."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--alone", action="store_true", help="no record's answer depends on the others")
        parser.add_argument(
            "--no-scores", action="store_true", help="leave out the scores of the other categories"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lines = enumerate(sys.stdin.buffer, start=1)
        records = (read_line(number, line) for number, line in lines if line.strip())
        for answer in answered(records, alone=options["alone"]):
            if "error" in answer:
                self.stderr.write(answer["error"])
            if options["no_scores"]:
                answer.pop("scores", None)
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        self.stdout.flush()


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One line: its id (any JSON), source and text; or an error and no text."""

    identity: Any = None
    source: str = ""
    text: EventText | None = None
    error: str = ""


def read_line(number: int, line: bytes) -> Record:
    """The record of a line of NDJSON, or an error with the line number (from 1)."""
    if len(line) > _LONGEST:
        return Record(error=f"line {number}: longer than {_LONGEST} bytes")
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return Record(error=f"line {number}: not JSON: {str(error)[:200]}")
    if not isinstance(record, dict):
        return Record(error=f"line {number}: not an object")
    if "id" not in record:
        return Record(error=f"line {number}: no id")
    identity = record["id"]
    source = _text(record.get("source")) or (
        identity.partition(":")[0] if isinstance(identity, str) and ":" in identity else ""
    )
    return Record(
        identity=identity,
        source=source,
        text=EventText(**{name: _text(record.get(name)) for name in _FIELDS}),
    )


def answered(records: Iterable[Record], *, alone: bool = False) -> Iterator[dict[str, Any]]:
    """The answers in order. Input is read in bounded batches, so that memory stays bounded."""
    for window in _windows(records):
        read = [record for record in window if record.text is not None]
        texts = [record.text for record in read if record.text is not None]
        found = iter(
            answers_by_source(categorizer(), texts, ["" if alone else record.source for record in read])
        )
        for record in window:
            if record.text is None:
                yield {"id": None, "category": OTHER, "confidence": 0.0, "scores": {}, "error": record.error}
                continue
            answer = next(found)
            yield {
                "id": record.identity,
                "category": answer.category,
                "confidence": answer.confidence,
                "scores": answer.scores,
            }


def _windows(records: Iterable[Record]) -> Iterator[list[Record]]:
    window: list[Record] = []
    characters = 0
    for record in records:
        window.append(record)
        characters += 0 if record.text is None else len(record.text.title) + len(record.text.description)
        if len(window) >= RECORDS or characters >= _CHARACTERS:
            yield window
            window, characters = [], 0
    if window:
        yield window


def _text(value: Any) -> str:
    """A field as text: of a venue given as an object its name; '' for anything but text and numbers."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, str):
        return value.replace("\x00", " ")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
