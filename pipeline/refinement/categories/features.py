"""The features of an event: hashed words, counts of category words, and marks of its kind of source."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline import patterns
from pipeline.refinement.categories.hashing import Read, hashed
from pipeline.refinement.categories.lexicon import lexicon
from pipeline.siblings import SIBLINGS
from pipeline.taxonomy import SLUGS
from pipeline.text.words import plain, words

#: Columns of hashed words, and of hashed marks of a source.
COLUMNS: Final = 2**17
MARKS: Final = 2**13
#: Only so many letters of a description are read; more add little and cost time.
READ: Final = 400
_TITLE, _DESCRIPTION, _VENUE, _CITY = 40, 80, 12, 4
#: Evidence of category words, by field: their damped count, and their share of all category words of that
#: field.
FIELDS: Final = tuple(
    f"{field} {kind}" for field in ("title", "description", "venue") for kind in ("count", "share")
)
#: A bare name has at most so many words; a description with fewer letters than this counts as none.
_NAME_WORDS: Final = 8
_NO_DESCRIPTION: Final = 20
#: Words without information about an event: placeholders for a missing title.
_NOTHING: Final = frozenset(
    """
    event events tba tbc tbd na none null nil unknown untitled unnamed title description test testing todo placeholder lorem ipsum dolor sit amet
    veranstaltung termin titel ohne unbenannt evento eventos titulo sin evenement titre sans titolo senza evenemang wydarzenie etkinlik событие
    """.split()  # noqa: SIM905
)
_LETTERS: Final = patterns.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class EventText:
    """The text of an event before it has a category. HTML is allowed; every field may be ''."""

    title: str
    description: str = ""
    venue: str = ""
    city: str = ""
    language: str = ""

    def sentence(self) -> str:
        """Title and the beginning of the description, as the sentence encoder reads them."""
        return (f"{self.title}. {plain(self.description[:600])[:300]}" if self.description else self.title)[
            :400
        ] or "-"


@dataclass(frozen=True, slots=True)
class Matrices:
    """The features of a batch of n texts.

    Hashed words (n x COLUMNS, sparse), evidence (n x 6 categories), bare (n, 1 where a title is nothing but a
    name at a venue), marks (n x MARKS, sparse), told (n, False where title and description have no
    informative word).
    """

    words: Any
    evidence: npt.NDArray[np.float32]
    bare: npt.NDArray[np.float32]
    marks: Any
    reported: npt.NDArray[np.bool_]

    def rows(self, chosen: npt.NDArray[np.intp]) -> "Matrices":
        """The same for some of the texts."""
        return Matrices(
            self.words[chosen],
            self.evidence[chosen],
            self.bare[chosen],
            self.marks[chosen],
            self.reported[chosen],
        )


def matrices(texts: Sequence[EventText]) -> Matrices:
    """The features of a batch, one row for each text, in order."""
    read = [_read(text) for text in texts]
    evidence = _evidence(read)
    silent = ~evidence[:, : len(SLUGS)].any(axis=1)
    hashed_words, hashed_marks = hashed(read, words=COLUMNS, marks=MARKS)
    return Matrices(
        words=hashed_words,
        evidence=evidence,
        bare=(
            silent & np.array([_is_name(text, one) for text, one in zip(texts, read, strict=True)], bool)
        ).astype(np.float32),
        marks=hashed_marks,
        reported=np.array([_tells(one) for one in read], bool),
    )


@lru_cache(maxsize=SIBLINGS)
def _read(text: EventText) -> Read:
    description = plain(text.description[: READ * 3])[:READ] if text.description else ""
    return Read(
        title=words(plain(text.title[: READ * 2]), _TITLE),
        description=words(description, _DESCRIPTION),
        venue=words(text.venue[:READ], _VENUE),
        city=words(text.city[:READ], _CITY),
        length=len(description),
    )


def _tells(read: Read) -> bool:
    """Whether the event has an informative word.

    Digits, single Latin letters and placeholders for a title do not count.
    """
    return any(
        not word.isdigit() and word not in _NOTHING and (len(word) > 1 or not word.isascii())
        for word in itertools.chain(read.title, read.description)
    )


def _is_name(text: EventText, read: Read) -> bool:
    """Whether the title is written like a name, with a venue and no description.

    Only "and", "of", "the" and similar words may be in lower case.
    """
    if read.length >= _NO_DESCRIPTION or not read.venue or not 0 < len(read.title) <= _NAME_WORDS:
        return False
    long = [word for word in _LETTERS.findall(text.title[: READ * 2]) if len(word) > 3]
    return len(long) < 2 or not any(word[0].islower() for word in long)


def _evidence(read: Sequence[Read]) -> npt.NDArray[np.float32]:
    """Damped counts and shares of category words by category, for title, description and venue."""
    known = lexicon()
    fields = []
    for field in ("title", "description", "venue"):
        counts = known.counts_of([getattr(one, field) for one in read])
        fields += [np.log1p(counts), counts / np.maximum(1e-9, counts.sum(axis=1, keepdims=True))]
    return np.hstack(fields).astype(np.float32)
