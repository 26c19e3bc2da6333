"""Training data of the matcher: labelled pairs of records, as features with verdicts.

`made` adds synthetic pairs.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.contract.candidates import Candidate
from pipeline.matching.blocking import candidate_pairs
from pipeline.matching.csv_records import read_records
from pipeline.matching.doubts import mark_wrong_zones, two_places
from pipeline.matching.features import compare, minutes_apart
from pipeline.matching.table import Floats, Ints, Table

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Records with verdicts.

    `closed`: every pair that is neither listed nor ignored is different; otherwise only listed pairs count.
    """

    name: str
    records: Sequence[Candidate]
    same: frozenset[Pair]
    different: frozenset[Pair] = frozenset()
    ignored: frozenset[Pair] = frozenset()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Examples:
    """Features `x`, verdicts `y` (1, 0), weights `w`, and the pair's ids for each row.

    The ids of a synthetic pair are ''.
    """

    x: Floats
    y: npt.NDArray[np.int64]
    w: Floats
    pairs: list[Pair] = field(default_factory=list)

    def where(self, keep: npt.NDArray[np.bool_]) -> "Examples":
        """The rows where `keep` is true."""
        return Examples(
            self.x[keep],
            self.y[keep],
            self.w[keep],
            [p for p, k in zip(self.pairs, keep.tolist(), strict=True) if k],
        )


def join(parts: Sequence[Examples]) -> Examples:
    """All rows of `parts`."""
    return Examples(
        np.vstack([p.x for p in parts]),
        np.concatenate([p.y for p in parts]),
        np.concatenate([p.w for p in parts]),
        [pair for p in parts for pair in p.pairs],
    )


def ordered(a: str, b: str) -> Pair:
    """The pair in the order of its ids."""
    return (a, b) if a < b else (b, a)


def read_pairs(path: Path, label: str | None = None) -> frozenset[Pair]:
    """Pairs of a CSV with `id1`, `id2` and optionally `label`; with `label`, those with that value."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return frozenset(
            ordered(r["id1"], r["id2"]) for r in rows if label is None or r.get("label") == label
        )


def conferences(folder: Path) -> Labelled:
    """The ten conference lists of `dedup/conferences/dev`."""
    same, ignored = read_pairs(folder / "gold_pairs.csv"), read_pairs(folder / "ignore_pairs.csv")
    return Labelled("conferences", _records(folder), same - ignored, ignored=ignored, closed=True)


def new_york(folder: Path) -> Labelled:
    """The manually labelled pairs of `dedup/nyc_multisource`."""
    listed = folder / "labelled_pairs_dev.csv"
    return Labelled(
        "new york",
        _records(folder),
        read_pairs(listed, "1"),
        read_pairs(listed, "0"),
        read_pairs(listed, "?"),
    )


def _records(folder: Path) -> list[Candidate]:
    return [record for record in read_records(folder / "records.csv") if isinstance(record, Candidate)]


@dataclass(frozen=True, slots=True)
class Blocked:
    """Labelled records in the matcher's form.

    Columns, the pairs found by blocking, by rows and by ids, and the verdict on each (1 the same, 0
    different, -1 none).
    """

    data: Labelled
    table: Table
    left: Ints
    right: Ints
    pairs: list[Pair]
    verdicts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, data: Labelled, weights: dict[str, float]) -> "Blocked":
        """Read and block the records of `data`."""
        table = Table.of(data.records, weights)
        left, right = candidate_pairs(table)
        mark_wrong_zones(table, left, right)
        pairs = [
            ordered(table.ids[i], table.ids[j]) for i, j in zip(left.tolist(), right.tolist(), strict=True)
        ]
        return cls(
            data,
            table,
            left,
            right,
            pairs,
            np.array([_verdict(data, pair) for pair in pairs], dtype=np.int64),
        )

    def examples(self) -> Examples:
        """The features of the pairs with a verdict.

        Of a set that is not closed also, with little weight, those of pairs that are certainly different.
        """
        verdicts, weights = self.verdicts, np.ones(len(self.pairs))
        if not self.data.closed:
            ignored = np.array([pair in self.data.ignored for pair in self.pairs], dtype=bool)
            sure = _surely_different(self.table, self.left, self.right) & (verdicts < 0) & ~ignored
            verdicts, weights = np.where(sure, 0, verdicts), np.where(sure, 0.1, 1.0)
        known = verdicts >= 0
        pairs = [pair for pair, kept in zip(self.pairs, known.tolist(), strict=True) if kept]
        return Examples(
            compare(self.table, self.left[known], self.right[known]), verdicts[known], weights[known], pairs
        )


def _verdict(data: Labelled, pair: Pair) -> int:
    if pair in data.same:
        return 1
    if pair in data.ignored:
        return -1
    return 0 if data.closed or pair in data.different else -1


def _surely_different(table: Table, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """Pairs of one source with an hour between them, or in two places: two performances, two playgrounds."""
    source, midnight = table.column["source"], table.column["midnight"]
    apart = (minutes_apart(table, left, right) >= 60) & (midnight[left] == 0) & (midnight[right] == 0)
    elsewhere = two_places(table, left, right)
    return (source[left] == source[right]) & (source[left] != 0) & (apart | elsewhere)
