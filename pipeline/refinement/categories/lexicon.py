"""Category words in many languages, from our own list `pipeline/artefacts/category_words.csv`.

They serve where no label exists. An entry is a word, a phrase of up to three words, `stem*` or `*ending`. It
may belong to several categories, which share its weight.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.taxonomy import SLUGS
from pipeline.text.words import words

PATH: Final = Path(__file__).parents[2] / "artefacts" / "category_words.csv"
#: The shortest stem or ending, and the longest that is looked up, in letters.
_SHORTEST, _LONGEST = 3, 14
_Hits = dict[str, frozenset[int]]


@dataclass(frozen=True)
class Lexicon:
    """Three look-up tables to category numbers: whole words and phrases, stems, endings."""

    whole: _Hits
    stems: _Hits
    endings: _Hits
    _cache: dict[str, frozenset[int]] = field(default_factory=dict, repr=False)
    _first: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Collect the first words of all phrases, since most words begin none."""
        object.__setattr__(
            self, "_first", frozenset(entry.partition(" ")[0] for entry in self.whole if " " in entry)
        )

    def counts(self, text: Sequence[str]) -> npt.NDArray[np.float32]:
        """Evidence by category (22,).

        Each listed word or phrase adds 1, divided by the root of the number of its categories.
        """
        counts: npt.NDArray[np.float32] = self.counts_of([text])[0]
        return counts

    def counts_of(self, texts: Sequence[Sequence[str]]) -> npt.NDArray[np.float32]:
        """`counts` of each text (n x 22)."""
        rows: list[int] = []
        categories: list[int] = []
        shares: list[float] = []
        for row, text in enumerate(texts):
            for hits in self._hits(text):
                rows += [row] * len(hits)
                categories += hits
                shares += [len(hits) ** -0.5] * len(hits)
        evidence = np.zeros((len(texts), len(SLUGS)), np.float32)
        np.add.at(
            evidence, (np.array(rows, np.intp), np.array(categories, np.intp)), np.array(shares, np.float32)
        )
        return evidence

    def _hits(self, text: Sequence[str]) -> Iterator[frozenset[int]]:
        cache, first = self._cache, self._first
        for position, word in enumerate(text):
            hits = cache.get(word)
            if hits is None:
                hits = self._of_word(word)
            if word in first:
                for length in (2, 3):
                    if position + length <= len(text):
                        hits |= self.whole.get(" ".join(text[position : position + length]), frozenset())
            if hits:
                yield hits

    def _of_word(self, word: str) -> frozenset[int]:
        known = self.whole.get(word, frozenset())
        for length in range(_SHORTEST, min(len(word), _LONGEST) + 1):
            known |= self.stems.get(word[:length], frozenset())
        for length in range(_SHORTEST, min(len(word) - 2, _LONGEST) + 1):
            known |= self.endings.get(word[-length:], frozenset())
        if len(self._cache) < 50_000:
            self._cache[word] = known
        return known


@cache
def lexicon() -> Lexicon:
    """The shipped list, read once per process."""
    tables: tuple[dict[str, set[int]], ...] = (defaultdict(set), defaultdict(set), defaultdict(set))
    for category, entry in entries():
        key = " ".join(words(entry.strip("*"), 3))
        if key:
            kind = 0 if " " in key else 1 if entry.endswith("*") else 2 if entry.startswith("*") else 0
            tables[kind][key].add(category)
    whole, stems, endings = ({key: frozenset(hits) for key, hits in table.items()} for table in tables)
    return Lexicon(whole, stems, endings)


def entries(path: Path = PATH) -> Iterator[tuple[int, str]]:
    """(category number, entry) as written, of all languages."""
    numbers = {slug: number for number, slug in enumerate(SLUGS)}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for entry in row["words"].split("|"):
                yield numbers[row["category"]], entry
