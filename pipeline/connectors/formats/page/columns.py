"""What the columns of a table are, by the names in its row of heads."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from lxml import html

from pipeline import patterns
from pipeline.connectors.formats.page.chunks import Chunk

#: First rows of a table that are looked through for its heads, cells of a row, characters of a name.
_MOST_ROWS: Final = 5
_MOST_CELLS: Final = 50
_LONGEST_NAME: Final = 60
_WORDS: Final = {
    "title": (
        r"(?:event|meeting|show|performance|concert)s?|(?:(?:event|meeting|show|performance|concert) ?)?(?:title|name)s?"
        r"|veranstaltung|titel|titre|t[ií]tulo|spectacle"
    ),
    "body": r"board|committee|body|group|subject|what|program|(?:meeting )?types?",
    "day": r"(?:(?:event|start|meeting) )?(?:dates?|days?|when)(?: (?:and|&) time)?|datum|wann|quand|fecha|d[ií]a|data",
    "time": r"(?:(?:start|meeting) )?times?|uhrzeit|zeit|beginn|heure|hora|horario",
    "place": r"(?:(?:meeting )?location|where|place|venue|room)s?|ort|lieu|lugar",
    "description": r"descriptions?|details|about|summary",
    "price": r"prices?|costs?|admission|fees?",
}
#: What a column is called. The first of a kind counts. `body` is who meets or what: a title, where no column is.
_NAMES: Final = {
    kind: patterns.compile(words, patterns.IGNORECASE, longest=_LONGEST_NAME)
    for kind, words in _WORDS.items()
}


def cells(row: html.HtmlElement) -> Sequence[html.HtmlElement]:
    """The cells of a row, one more than are read at most."""
    return [cell for cell in islice(row, _MOST_CELLS + 1) if cell.tag in ("td", "th")]


def kind_of(name: str) -> str:
    """What a column of that name tells (a key of `_NAMES`), '' where it is none of these."""
    clean = " ".join(name.split())[:_LONGEST_NAME].strip(" :")
    return next((kind for kind, pattern in _NAMES.items() if pattern.fullmatch(clean)), "")


def kinds(row: html.HtmlElement) -> dict[str, int]:
    """The places of the columns that a row of heads names, by kind (the keys of `_NAMES`)."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells(row)):
        found.setdefault(kind_of(" ".join(cell.itertext())), at)
    return {kind: at for kind, at in found.items() if kind}


class Tables:
    """The tables of a page; the heads of each are looked for once."""

    def __init__(self) -> None:
        self._heads: dict[html.HtmlElement, tuple[html.HtmlElement, dict[str, int]] | None] = {}

    def named(self, block: html.HtmlElement, pieces: Sequence[Chunk]) -> dict[str, str]:
        """The first lines of the cells of a table's row that its heads call `title` or `place`; {} for any other
        block."""
        table = next(block.iterancestors("table"), None) if block.tag == "tr" else None
        if table is None:
            return {}
        if table not in self._heads:
            self._heads[table] = _heads(table)
        heads, own = self._heads[table], cells(block)
        if heads is None or heads[0] is block or len(own) != len(cells(heads[0])) or len(own) > _MOST_CELLS:
            return {}
        at = heads[1]
        places = {"title": at.get("title", at.get("body")), "place": at.get("place")}
        lines = {kind: _first_line(own[place], pieces) for kind, place in places.items() if place is not None}
        return {kind: line for kind, line in lines.items() if line}


def _heads(table: html.HtmlElement) -> tuple[html.HtmlElement, dict[str, int]] | None:
    """The row of a table's heads and what it calls the columns."""
    row = next((row for row in islice(table.iter("tr"), _MOST_ROWS) if _is_head(row)), None)
    return None if row is None else (row, kinds(row))


def _is_head(row: html.HtmlElement) -> bool:
    """Whether a row names the columns of its table: by `th`, or by cells that all are names of columns."""
    filled = [cell for cell in cells(row) if "".join(cell.itertext()).strip()]
    return row.find("th") is not None or len(kinds(row)) == len(filled) > 1


def _first_line(cell: html.HtmlElement, pieces: Sequence[Chunk]) -> str:
    return next(
        (chunk.text for chunk in pieces if cell in (chunk.element, *chunk.element.iterancestors())), ""
    )
