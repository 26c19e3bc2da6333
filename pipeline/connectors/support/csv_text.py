"""Reads a table of text as records: a row of names, then a row for each record (RFC 4180).

The cells are parted by commas, semicolons, tabs or bars; the row of names tells which.
"""

import csv
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Final

#: Rows of a table and columns of a row that are read, and characters of a name and of the row of names.
MAX_ROWS: Final = 50_000
_MOST_COLUMNS: Final = 300
_LEAST_COLUMNS: Final = 3
_LONGEST_NAME: Final = 80
_LONGEST_HEAD: Final = 10_000
#: Characters of a cell. The limit of `csv` is one for the whole process, and others raise it.
_LONGEST_CELL: Final = 100_000
_SIGNS: Final = (",", ";", "\t", "|")
#: What begins other formats: markup, JSON, a calendar.
_OTHERS: Final = ("<", "{", "[", "BEGIN:")


@dataclass(frozen=True, slots=True)
class Table:
    """The names of a table's columns, its records by these names, and whether all rows could be read."""

    names: tuple[str, ...]
    rows: list[dict[str, str]]
    whole: bool = True


def read_table(text: str, most: int = MAX_ROWS) -> Table | None:
    """The first `most` records of a table; None for a text that does not begin with a row of names."""
    text = text.lstrip("\ufeff \r\n")
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) <= len("sep=;"):  # a note for Excel
        text, first = rest, rest.partition("\n")[0]
    if len(first) > _LONGEST_HEAD or text.startswith(_OTHERS):
        return None
    names, sign = max(((_cells(first, sign), sign) for sign in _SIGNS), key=lambda one: len(one[0]))
    if not _are_names(names):
        return None
    rows: list[dict[str, str]] = []
    lines = csv.reader(StringIO(text, newline=""), delimiter=sign)
    try:
        for cells in islice(lines, 1, most + 1):
            if max(map(len, cells), default=0) > _LONGEST_CELL:
                raise csv.Error("a cell is too long")
            reported = zip(names, map(str.strip, cells), strict=False)
            if row := {name: cell for name, cell in reported if name and cell}:
                rows.append(row)
        return Table(tuple(filter(None, names)), rows, whole=next(lines, None) is None)
    except csv.Error:
        return Table(tuple(filter(None, names)), rows, whole=False)


def _cells(line: str, sign: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=sign), [])]
    except csv.Error:
        return []


def _are_names(cells: list[str]) -> bool:
    """Whether the cells name columns: several short ones, each once, none a number. The last may be empty."""
    reported = [cell for cell in cells if cell]
    return (
        _LEAST_COLUMNS <= len(reported) <= _MOST_COLUMNS
        and len(reported) >= len(cells) - 1
        and len(set(reported)) == len(reported)
        and all(len(cell) <= _LONGEST_NAME and any(map(str.isalpha, cell)) for cell in reported)
    )
