"""Tables whose first row names their columns: a title, a day and a time, perhaps a place and a price.

Their days may lack the year, since the times are left in words: they are read as of the day of the fetch.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Final

from lxml import html

from pipeline.connectors.formats.page.columns import cells, kinds
from pipeline.connectors.formats.page.dom import Document, absolute
from pipeline.connectors.formats.page.pictures import picture_in
from pipeline.connectors.formats.page.rows import identity_of, raw_of
from pipeline.connectors.support.values import settled
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.normalized import Image, Venue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.clocks import clocks_in
from pipeline.geography.place_text import parse_place
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_LINE
from pipeline.titles import bare

#: Tables, rows of one, and cells of a row that are looked at; a table of events has so many rows at least.
_MOST_TABLES: Final = 20
_MOST_ROWS: Final = 5_000
_MOST_CELLS: Final = 12
_LEAST_ROWS: Final = 3
#: A table of which fewer than one row in so many tells a time of day lists documents.
_ONE_IN: Final = 4
_CONFIDENCE: Final = 0.5
#: So long may a description be that is the place: "Springfield · The Parish Hall".
_LONGEST_PLACE: Final = 100


def read_tables(document: Document) -> list[RawRecord | Dropped]:
    """The events of such tables, [] where the page has none."""
    return settled(
        [
            record
            for table in islice(document.root.iter("table"), _MOST_TABLES)
            for record in _events(document, table)
        ]
    )


def _events(document: Document, table: html.HtmlElement) -> list[RawRecord | Dropped]:
    rows = list(islice(table.iter("tr"), _MOST_ROWS))
    at, named = next(
        ((at, named) for at, row in enumerate(rows[:_LEAST_ROWS]) if (named := _columns(row))),
        (0, {}),
    )
    reported = [(row, _words(document, row, named)) for row in rows[at + 1 :]] if named else []
    timed = sum(bool(clocks_in(words["when"])) for _, words in reported if words)
    # of fewer rows than make a list, one alone counts where its time has a column too
    if (
        len(reported) < _LEAST_ROWS and not (len(reported) == 1 and "time" in named)
    ) or timed * _ONE_IN < len(reported):
        return []
    records = [_record(document, row, words) for row, words in reported if words]
    return records if any(isinstance(record, RawRecord) for record in records) else []


def _columns(row: html.HtmlElement) -> dict[str, int]:
    """The columns that a row of heads names, {} where it names no title or no day."""
    heads = cells(row)
    found = kinds(row) if len(heads) <= _MOST_CELLS and all(head.tag == "th" for head in heads) else {}
    return found if {"title", "day"} <= found.keys() else {}


def _words(document: Document, row: html.HtmlElement, named: Mapping[str, int]) -> dict[str, str]:
    """What the cells of a row say by the kind of their column, {} where it has too few."""
    own = cells(row)
    if len(own) <= max(named.values()):
        return {}
    words = {kind: document.text(own[at])[:MAX_DESCRIPTION] for kind, at in named.items()}
    link = next(own[named["title"]].iter("a"), None)
    when = f"{words['day']} {words.get('time', '')}".strip()
    return words | {"when": when, "href": (link.get("href") or "") if link is not None else ""}


def _record(document: Document, row: html.HtmlElement, words: Mapping[str, str]) -> RawRecord | Dropped:
    raw = raw_of(row)
    title = bare(words["title"])
    if not title:
        return Dropped(reason="no title", detail=words["when"][:200], raw=raw)
    url = absolute(document.base, words["href"]) if words["href"] else ""
    identity = identity_of(document, url)
    picture = picture_in(row, document.base)
    place, description = words.get("place", ""), words.get("description", "")
    if not place and len(description) <= _LONGEST_PLACE and parse_place(description).town:
        place, description = description, ""
    return RawRecord(
        external_id=identity,
        stable_id=bool(identity),
        title=title,
        description=description,
        start=words["when"][:MAX_LINE],
        venue=Venue(name=place[:MAX_LINE]),
        price_text=words.get("price", "")[:MAX_LINE],
        url=url,
        images=(Image(url=picture),) if picture else (),
        method=ExtractionMethod.TEXT,
        metadata={"syntax": "text", "start_from": "table", "start_confidence": _CONFIDENCE},
        raw=raw,
    )
