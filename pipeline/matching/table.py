"""Records as columns, so that numpy and rapidfuzz compare a million pairs at once.

Each record is read once (words, times, places; `parts`); a pair then needs only array lookups. A record takes
about 1 kB. Many records are read in parts, each by its own process; the local numbers of each part are
replaced by common numbers here.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.contract.candidates import Candidate
from pipeline.matching.counted import counter_of
from pipeline.matching.gazetteer import BROAD_PLACE_WORDS, GENERIC_WORDS, SMALL_WORDS
from pipeline.matching.parts import NAMED, ROWS, TEXTS, UNKNOWN, Part, Words, read_part
from pipeline.matching.workers import spread

__all__ = ["UNKNOWN", "Floats", "Ints", "Table", "take"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: How many records a process reads at a time. Fewer records are read here.
PART = 25_000
#: A word with this weight is in few of the known titles; shorter ones are seldom names.
RARE, RARE_LETTERS = 1.0, 4


class Table:
    """Columns of records. Build it with `Table.of`; rows keep the order of the input."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.full: list[str] = []
        self.core: list[str] = []
        self.squeezed: list[str] = []
        self.bare: list[str] = []
        self.head: list[str] = []
        self.tail: list[str] = []
        self.place_name: list[str] = []
        self.venue: list[str] = []
        self.words = {"title": Words(), "place": Words(), "name": Words()}
        self.column: dict[str, npt.NDArray] = {}
        self.title_weight: Floats = np.zeros(1)
        self.title_own: Floats = np.zeros(1)
        self.title_rare: npt.NDArray[np.bool_] = np.zeros(1, bool)
        self.name_letters: Ints = np.zeros(1, np.int64)
        self.counter: npt.NDArray[np.int32] = np.zeros(1, np.int32)
        self.place_weight: Floats = np.zeros(1)

    @classmethod
    def of(
        cls, candidates: Iterable[Candidate], weights: dict[str, float], *, processes: int | None = None
    ) -> "Table":
        """The columns of `candidates`, which are read once and not kept.

        `weights`: for the words of titles, 1 for a rare word, near 0 for one in many titles. `processes` as
        in `workers.spread`.
        """
        table = cls()
        parts: dict[str, list[npt.NDArray]] = {}
        for part in _parts(iter(candidates), processes):
            for name, values in table._join(part).items():
                parts.setdefault(name, []).append(values)
        for name in list(parts):
            several = parts.pop(name)
            table.column[name] = several[0] if len(several) == 1 else np.concatenate(several)
        table.title_weight = _weights(table.words["title"], weights)
        # 1 for a distinctive word of a title, 0 for a word that any title may have
        table.title_own = np.array(
            [0.0, *(float(w not in GENERIC_WORDS and not w.isdigit()) for w in table.words["title"])]
        )
        table.title_rare = (
            (table.title_weight >= RARE) & (table.title_own > 0) & _may_be_names(table.words["title"])
        )
        table.name_letters = np.array([0, *map(len, table.words["name"])])
        table.counter = _counters(table.words["name"])
        table.place_weight = _weights(table.words["place"], dict.fromkeys(BROAD_PLACE_WORDS, 0.0))
        return table

    def __len__(self) -> int:
        return len(self.ids)

    def hashes(self, owner: str) -> npt.NDArray[np.uint64]:
        """A 32-bit number for each word of `owner` (title, place, name), the same in every table; 0 for none."""
        return np.array(
            [0, *(crc32(word.encode(errors="replace")) for word in self.words[owner])], dtype=np.uint64
        )

    def _join(self, part: Part) -> dict[str, npt.NDArray]:
        """Add the texts and words of `part`. Returns its columns with the table's numbers."""
        for name in TEXTS:
            getattr(self, name).extend(part.texts[name])
        numbers = {
            owner: np.array([0, *map(self.words[owner].__getitem__, words)], dtype=np.int32)
            for owner, words in part.words.items()
        }
        renumbered = {name: numbers[owner][part.column[name]] for name, (owner, _) in ROWS.items()}
        renumbered |= {name: numbers["name"].astype(np.int64)[part.column[name]] for name in NAMED}
        return part.column | renumbered


def _parts(candidates: Iterator[Candidate], processes: int | None) -> Iterator[Part]:
    first = list(islice(candidates, PART))
    if len(first) < PART:
        yield read_part(first)
        return
    rest = iter(lambda: list(islice(candidates, PART)), [])
    yield from spread(read_part, chain([first], rest), processes=processes)


def _may_be_names(words: Words) -> npt.NDArray[np.bool_]:
    """For each word whether it is long enough for a name, and no small word of a language."""
    return np.array([False, *(len(word) >= RARE_LETTERS and word not in SMALL_WORDS for word in words)])


def _weights(words: Words, weights: dict[str, float]) -> Floats:
    """Weights by word number; a numeral has little weight."""
    return np.array([0.0, *(weights.get(word, 0.35 if word.isdigit() else 1.0) for word in words)])


def _counters(names: Words) -> npt.NDArray[np.int32]:
    """For each name its kind of counter by number, 0 where it is no counter."""
    counters = Words()
    kinds = (counter_of(name) if " " in name else "" for name in names)
    return np.fromiter((0, *(counters[kind] if kind else 0 for kind in kinds)), np.int32, len(names) + 1)


def take(values: Sequence[str], rows: Ints) -> list[str]:
    """`values` at `rows`."""
    return [values[row] for row in rows.tolist()]
