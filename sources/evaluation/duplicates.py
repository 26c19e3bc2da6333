"""How right the matcher is: precision, recall and F1 over pairs of ids, whichever way round. Computed exactly as on the data that is kept apart."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from events.enums import MatchOutcome
from sources.matching import match_records

#: Two ids in sorted order.
Pair = tuple[str, str]


def read_pairs(path: Path) -> set[Pair]:
    """The pairs of a CSV, each in sorted order: columns `id1` and `id2`, or the first two where it has no such columns."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        return set()
    names = list(rows[0])
    first, second = ("id1", "id2") if "id1" in names else (names[0], names[1])
    return {ordered(row[first], row[second]) for row in rows}


def ordered(first: str, second: str) -> Pair:
    """The pair in sorted order, so that (a, b) and (b, a) are one."""
    return (first, second) if first <= second else (second, first)


def score_pairs(predicted: set[Pair], gold: set[Pair], ignore: Iterable[Pair] = ()) -> dict[str, Any]:
    """`{"precision", "recall", "f1", "predicted", "gold"}`: every predicted pair outside gold and ignore counts as wrong."""
    ignored = set(ignore)
    predicted, gold = predicted - ignored, gold - ignored
    right = len(predicted & gold)
    precision = right / len(predicted) if predicted else 0
    recall = right / len(gold) if gold else 0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "predicted": len(predicted),
        "gold": len(gold),
    }


def duplicates_on(records: Path, gold: Path, ignore: Path | None = None) -> dict[str, Any]:
    """The matcher's figures on a file of records: the pairs that it would merge, against gold pairs. Errors as of `categories_on`."""
    predicted = {ordered(pair.id1, pair.id2) for pair in match_records(records) if pair.outcome is MatchOutcome.MERGE}
    return score_pairs(predicted, read_pairs(gold), read_pairs(ignore) if ignore else ())
