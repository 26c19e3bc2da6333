"""An event's text as numbers: hashed words for what was learned, counts of telling words for what is known, and marks of its kind of source."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from events.taxonomy import SLUGS
from sources.categorizer.lexicon import lexicon
from sources.categorizer.text import bucket, plain, words

#: Columns of hashed words, and of hashed marks of a source.
COLUMNS: Final = 2**17
MARKS: Final = 2**13
#: Letters of a description that are read; more says little and costs time.
READ: Final = 400
_TITLE, _DESCRIPTION, _VENUE, _CITY = 40, 80, 12, 4
#: What the telling words say, by field: their damped count, and their share of all telling words of that field.
FIELDS: Final = tuple(f"{field} {kind}" for field in ("title", "description", "venue") for kind in ("count", "share"))
#: A bare name has at most so many words, and a description shorter than this (letters) is none.
_NAME_WORDS: Final = 8
_NO_DESCRIPTION: Final = 20
_LETTERS: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class EventText:
    """What is known of an event before its category. HTML is allowed; every field may be ''."""

    title: str
    description: str = ""
    venue: str = ""
    city: str = ""
    language: str = ""

    def sentence(self) -> str:
        """Title and the beginning of the description, as the sentence encoder reads them."""
        return (f"{self.title}. {plain(self.description[:600])[:300]}" if self.description else self.title)[:400] or "-"


@dataclass(frozen=True, slots=True)
class Matrices:
    """A batch as numbers: hashed words (n x COLUMNS, sparse), evidence (n x 6 categories), bare (n, 1 where a title is nothing but a name at a
    venue), marks (n x MARKS, sparse)."""

    words: Any
    evidence: npt.NDArray[np.float32]
    bare: npt.NDArray[np.float32]
    marks: Any

    def rows(self, chosen: npt.NDArray[np.intp]) -> "Matrices":
        """The same of some of the texts."""
        return Matrices(self.words[chosen], self.evidence[chosen], self.bare[chosen], self.marks[chosen])


def matrices(texts: Sequence[EventText]) -> Matrices:
    """The three groups of features of a batch, one row a text, in order."""
    read = [_Read.of(text) for text in texts]
    evidence = _evidence(read)
    silent = ~evidence[:, : len(SLUGS)].any(axis=1)
    return Matrices(
        words=_sparse((_hashed_words(one) for one in read), COLUMNS),
        evidence=evidence,
        bare=(silent & np.array([_is_name(text, one) for text, one in zip(texts, read, strict=True)], bool)).astype(np.float32),
        marks=_sparse((_hashed_marks(one) for one in read), MARKS),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """The words of an event by field."""

    title: list[str]
    description: list[str]
    venue: list[str]
    city: list[str]
    length: int

    @classmethod
    def of(cls, text: EventText) -> "_Read":
        description = plain(text.description[: READ * 3])[:READ] if text.description else ""
        return cls(
            title=words(plain(text.title[: READ * 2]), _TITLE),
            description=words(description, _DESCRIPTION),
            venue=words(text.venue[:READ], _VENUE),
            city=words(text.city[:READ], _CITY),
            length=len(description),
        )


Weighted = dict[int, float]


def _is_name(text: EventText, read: _Read) -> bool:
    """Is the title written like a name, with a venue and nothing said about it? Only "and", "of", "the" and their like may be in lower case."""
    if read.length >= _NO_DESCRIPTION or not read.venue or not 0 < len(read.title) <= _NAME_WORDS:
        return False
    long = [word for word in _LETTERS.findall(text.title[: READ * 2]) if len(word) > 3]
    return len(long) < 2 or not any(word[0].islower() for word in long)


def _hashed_words(read: _Read) -> Weighted:
    """Groups of features, each of the same total length whatever the number of its words: title, title and description, stems, letters
    of the title, venue, city."""
    title, both = read.title, read.title + read.description
    letters = f" {' '.join(title)} "
    row: Weighted = {}
    _add(row, {f"t:{word}" for word in title} | {f"t:{pair}" for pair in _pairs(title)}, 1.0, COLUMNS)
    inner = {f"b:{pair}" for pair in _pairs(title)} | {f"b:{pair}" for pair in _pairs(read.description)}
    _add(row, {f"b:{word}" for word in both} | inner, 1.0, COLUMNS)
    _add(row, {f"s:{word[:5]}" for word in both}, 0.7, COLUMNS)
    _add(row, {f"c:{letters[at : at + size]}" for size in (3, 4, 5) for at in range(len(letters) - size + 1)}, 0.7, COLUMNS)
    _add(row, {f"v:{word}" for word in read.venue} | {f"v:{pair}" for pair in _pairs(read.venue)}, 0.7, COLUMNS)
    _add(row, {f"g:{word}" for word in read.city}, 0.5, COLUMNS)
    return row


def _hashed_marks(read: _Read) -> Weighted:
    """What tells one kind of source from another: its words, its city, its venues, how long it speaks."""
    row: Weighted = {}
    _add(row, {f"w:{word}" for word in read.title + read.description}, 1.0, MARKS)
    shape = [
        f"city:{' '.join(read.city)}",
        f"length:{min(8, read.length // 50) if read.length else -1}",
        f"venue:{min(3, len(read.venue))}",
        f"title:{min(8, len(read.title))}",
        *(f"v:{word}" for word in read.venue[:8]),
    ]
    for name in shape:
        column = bucket(name, MARKS)
        row[column] = row.get(column, 0.0) + 0.5
    return row


def _evidence(read: Sequence[_Read]) -> npt.NDArray[np.float32]:
    """Counts of telling words by category, for title, description and venue: damped, and as shares of all of that field."""
    known = lexicon()
    fields = []
    for field in ("title", "description", "venue"):
        counts = np.array([known.counts(getattr(one, field)) for one in read], np.float32).reshape(len(read), len(SLUGS))
        fields += [np.log1p(counts), counts / np.maximum(1e-9, counts.sum(axis=1, keepdims=True))]
    return np.hstack(fields).astype(np.float32)


def _pairs(told: Sequence[str]) -> list[str]:
    return [f"{first} {second}" for first, second in itertools.pairwise(told)]


def _add(row: Weighted, names: set[str], length: float, size: int) -> None:
    if names:
        value = length / float(len(names)) ** 0.5
        for name in names:
            column = bucket(name, size)
            row[column] = row.get(column, 0.0) + value


def _sparse(rows: Iterable[Weighted], width: int) -> Any:
    columns: list[int] = []
    values: list[float] = []
    starts = [0]
    for row in rows:
        columns.extend(row)
        values.extend(row.values())
        starts.append(len(columns))
    shape = (len(starts) - 1, width)
    return sparse.csr_matrix((np.array(values, np.float32), np.array(columns, np.int32), np.array(starts, np.int64)), shape=shape)
