"""The terms of a text: what its words are, and by which strings a text is found.

One definition for the database and for memory. `pieces` splits any text, and `make_terms` gives the terms of an event,
written as a ready tsvector by `Terms.tsvector`: no dictionary of PostgreSQL takes part. `events.filters.words` reads
questions with the same `pieces`.

A word is folded (no case, no accents; the vowel signs of Indic and Thai letters stay) and stands at a position. At the
same position stand its common spelling and its stem, where these differ. "K-pop" is two words, and `kpop` at the
position of the first. A script without spaces is split into pairs of letters.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from typing import Final, Literal

from pipeline import patterns
from pipeline.characters import normalize
from pipeline.text.folding import ACCENTS, WHOLE_LETTERS
from pipeline.text.small_words import is_small
from pipeline.text.spellings import spelling
from pipeline.text.stems import stem_in

#: Title; performers, venue, organizer; tags, category, area, city; description.
Weight = Literal["A", "B", "C", "D"]

#: Raise it where texts get other terms: then all documents are made anew (`events.services.search_text`). The migration
#: that follows also forgets the vocabulary, as `events.0024_terms_version` does, unless only their keys are others.
TERMS_VERSION: Final = 3
#: So many letters of one text are read, and so many of a word count.
MOST_LETTERS: Final = 20_000
_LONGEST_WORD: Final = 60
#: PostgreSQL keeps positions below 16,384, and 255 of one term.
_LAST_POSITION: Final = 16_000
_MOST_PLACES: Final = 250
#: So far apart are two texts, so that no phrase reaches from one into the next.
_APART: Final = 20
#: A longer chain ("a-b-c-d-e") is a list, not one word.
_MOST_PARTS: Final = 4

#: Scripts that are written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han.
_UNSPACED: Final = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"
    "\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
#: `\w` lacks the vowel signs of Indic and other scripts.
_LETTER: Final = "\\w\u0900-\u0963\u0966-\u0df3\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3"
_PIECE: Final = patterns.compile(f"[{_LETTER}]+(?:[-\u2010\u2011'\u2019\u02bc.&][{_LETTER}]+)*")
_PART: Final = patterns.compile(f"[{_LETTER}]+")
_RUN: Final = patterns.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+", longest=MOST_LETTERS * 4)
_HAS_UNSPACED: Final = patterns.compile(f"[{_UNSPACED}]", longest=MOST_LETTERS * 4)
#: Marks of Hebrew and Arabic that readers leave out, and characters that are not seen.
_UNSEEN: Final = patterns.compile(
    "[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u00ad\u200b-\u200f\u2060\ufeff]"
)
_TERM: Final = patterns.compile(r"'([^']+)':([0-9A-D,]+)", longest=2_000_000)


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or letters of a script without spaces. `is_unspaced` says the latter."""

    text: str
    is_unspaced: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two spaces: parts that follow each other, and `joined`, what they are as one word, or ''."""

    parts: tuple[Part, ...]
    joined: str = ""


def pieces(text: str) -> Iterable[Piece]:
    """The words of `text` (any text; no markup), in order."""
    for found in _PIECE.finditer(_folded(text[:MOST_LETTERS])):
        chain = found[0]
        yield _piece(chain) if len(chain) <= _LONGEST_WORD else _read_piece(chain)


def _read_piece(chain: str) -> Piece:
    if chain.isascii() and chain.isalnum():
        return Piece((Part(chain[:_LONGEST_WORD]),))
    words = _PART.findall(chain)
    parts = tuple(part for word in words for part in _parts(word))
    joins = 1 < len(words) <= _MOST_PARTS and not any(part.is_unspaced for part in parts)
    joined = "".join(words) if joins else ""
    return Piece(parts, joined if len(joined) <= _LONGEST_WORD else "")


#: Kept, since events share most of their words; short ones, so that no text fills the memory.
_piece: Final = lru_cache(maxsize=8_192)(_read_piece)


def _folded(text: str) -> str:
    text = text.casefold()
    if not text.isascii():
        text = normalize("NFC", ACCENTS.sub("", normalize("NFKD", text))).casefold().translate(WHOLE_LETTERS)
        text = _UNSEEN.sub("", text)
    return text.replace("_", " ")


def _parts(word: str) -> Iterable[Part]:
    if word.isascii() or not _HAS_UNSPACED.search(word):
        yield Part(word[:_LONGEST_WORD])
        return
    for run in _RUN.findall(word):
        unspaced = _HAS_UNSPACED.match(run) is not None
        yield Part(run if unspaced else run[:_LONGEST_WORD], unspaced)


def pairs(letters: str) -> list[str]:
    """Letters of a script without spaces as overlapping pairs: 'abc' gives 'ab', 'bc'; one letter gives itself."""
    return [letters[at : at + 2] for at in range(len(letters) - 1)] or [letters]


@dataclass(frozen=True)
class Terms:
    """The terms of one event: the positions of each, ascending, and the weight of each position."""

    positions: Mapping[str, Sequence[int]]
    weights: Mapping[int, Weight] = field(default_factory=dict, compare=False)

    @cached_property
    def _ordered(self) -> list[str]:
        return sorted(self.positions)

    def begins(self, prefix: str) -> bool:
        """Whether any term begins with `prefix`."""
        at = bisect_left(self._ordered, prefix)
        return at < len(self._ordered) and self._ordered[at].startswith(prefix)

    def beginning(self, prefix: str) -> Iterator[Sequence[int]]:
        """The positions of each term that begins with `prefix`."""
        for term in self._ordered[bisect_left(self._ordered, prefix) :]:
            if not term.startswith(prefix):
                return
            yield self.positions[term]

    def tsvector(self) -> str:
        """The terms as the text of a PostgreSQL tsvector."""
        return " ".join(
            f"'{term}':{','.join(f'{at}{self.weights[at]}' for at in places)}"
            for term, places in self.positions.items()
        )

    @classmethod
    def read(cls, tsvector: str) -> "Terms":
        """The terms in the text of a tsvector that `tsvector` wrote. Weights are not read."""
        return cls(
            {
                term: [int(place.rstrip("ABCD")) for place in places.split(",")]
                for term, places in _TERM.findall(tsvector)
            }
        )


class _Writer:
    """Puts terms at positions."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.position = 0
        self.positions: dict[str, list[int]] = {}
        self.weights: dict[int, Weight] = {}

    def write(self, text: str, weight: Weight) -> None:
        """The terms of one text. A small word of a description has a position but no term."""
        for piece in pieces(text):
            if piece.joined:
                self._stand(self._beside(piece.joined), self.position + 1, weight)
            for part in piece.parts:
                if part.is_unspaced:
                    self._unspaced(part.text, weight)
                else:
                    small = weight == "D" and is_small(part.text)
                    self._next(() if small else self._beside(part.text), weight)
            if self.position >= _LAST_POSITION:
                return
        self.position += _APART

    def _unspaced(self, letters: str, weight: Weight) -> None:
        """Pairs, and the last letter alone, so that each letter begins a term."""
        for at in range(len(letters)):
            self._next((letters[at : at + 2],), weight)

    def _next(self, terms: tuple[str, ...], weight: Weight) -> None:
        self.position += 1
        self._stand(terms, self.position, weight)

    def _stand(self, terms: tuple[str, ...], position: int, weight: Weight) -> None:
        if position > _LAST_POSITION:
            return
        self.weights[position] = weight
        for term in terms:
            places = self.positions.setdefault(term, [])
            if len(places) < _MOST_PLACES and position not in places[-1:]:
                places.append(position)

    def _beside(self, word: str) -> tuple[str, ...]:
        """The word and what stands at its position: common spelling and stem, each once."""
        return _forms(word, self._language)


@lru_cache(maxsize=8_192)
def _forms(word: str, language: str) -> tuple[str, ...]:
    """A word (at most 60 letters), its common spelling and its stem, each once.

    Kept, since events share most of their words.
    """
    common = spelling(word)
    stem = stem_in(common, language)
    return tuple(dict.fromkeys(term for term in (word, common, stem) if term))


def make_terms(texts: Iterable[tuple[Weight, Iterable[str]]], language: str) -> Terms:
    """The terms of an event's texts by weight, the weightiest first; `language` is a BCP 47 tag or ''.

    Names of one weight are apart, so that no phrase joins them.
    """
    writer = _Writer(language.replace("_", "-").split("-")[0].lower())
    for weight, several in texts:
        for text in islice(several, _MOST_PLACES):
            writer.write(text, weight)
    return Terms(writer.positions, writer.weights)
