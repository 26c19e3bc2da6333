"""Reads records from a CSV file, one at a time.

Columns `id`, `source`, `title`, `start` and others, in any order (docs/interfaces.md, `match`).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any, TextIO, cast

from pipeline.contract.candidates import Candidate, Moment

#: A longer field is hostile or broken; csv's own limit would end the whole file with an exception.
MAX_FIELD = 1_000_000

_TEXTS = {
    "venue": 300,
    "location": 300,
    "city": 200,
    "url": 2000,
    "ticket_url": 2000,
    "organizer": 200,
    "phone": 40,
    "category": 100,
    "description": 2000,
}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not a record.

    Its line in the file (the header is line 1), and the reason as a short phrase.
    """

    line: int
    reason: str


class UnreadableRecords(ValueError):
    """The file has no records: no header, or no column `id` or `title`."""


def read_records(source: Path | TextIO | Iterable[Mapping[str, str]]) -> Iterator[Candidate | BadRow]:
    """Candidates in the order of the rows, with a `BadRow` in place of each invalid row.

    Raises UnreadableRecords for an invalid file. A row needs an `id` that is unique so far, and a `title`. A
    row with an unreadable `start` is invalid; any other unreadable field is left empty.
    """
    if isinstance(source, Path):
        with source.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            yield from _from_file(file)
    elif isinstance(source, io.TextIOBase):
        yield from _from_file(source)
    else:
        yield from _from_rows(enumerate(cast(Iterable[Mapping[str, str]], source), 2))


def _from_file(file: Iterable[str]) -> Iterator[Candidate | BadRow]:
    csv.field_size_limit(MAX_FIELD)
    reader = csv.DictReader(line.replace("\0", "") for line in file)
    names = [(name or "").strip().lower() for name in reader.fieldnames or []]
    if "id" not in names or "title" not in names:
        raise UnreadableRecords("the header must name at least id and title")
    reader.fieldnames = names
    yield from _from_rows(_numbered(reader))


def _numbered(reader: "csv.DictReader[str]") -> Iterator[tuple[int, Mapping[str, str] | BadRow]]:
    """Rows with the line that each ends on.

    A row that csv refuses is one bad row, and does not end the file.
    """
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, BadRow(reader.line_num, f"not readable as CSV: {error}")
            continue
        yield reader.line_num, row


def _from_rows(
    rows: Iterable[tuple[int, Mapping[str, str]]] | Iterable[tuple[int, Mapping[str, str] | BadRow]],
) -> Iterator[Candidate | BadRow]:
    seen: set[str] = set()
    for line, row in rows:
        record = row if isinstance(row, BadRow) else _record(line, row)
        if isinstance(record, Candidate):
            if record.id in seen:
                record = BadRow(line, "id given before")
            else:
                seen.add(record.id)
        yield record


def _record(line: int, row: Mapping[str, str]) -> Candidate | BadRow:
    def text(name: str) -> str:
        return (row.get(name) or "").strip()

    if not text("id"):
        return BadRow(line, "no id")
    if not text("title"):
        return BadRow(line, "no title")
    try:
        start = read_time(text("start"))
    except ValueError:
        return BadRow(line, "start not readable")
    texts: dict[str, Any] = {name: text(name)[:length] for name, length in _TEXTS.items()}
    return Candidate(
        id=text("id"),
        source=text("source"),
        title=text("title")[:1000],
        start=start,
        end=_end(text("end")),
        lat=_number(text("lat")),
        lon=_number(text("lon") or text("lng")),
        price_min=_number(text("price_min")),
        price_max=_number(text("price_max")),
        **texts,
    )


def read_time(text: str) -> Moment | None:
    """A time in ISO 8601; None for ''.

    Raises ValueError for anything else. A date for `2026-07-01`, an aware datetime with an offset or Z, else
    a naive one.
    """
    if not text:
        return None
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    moment.utcoffset()
    return moment


def _end(text: str) -> Moment | None:
    try:
        return read_time(text)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None
