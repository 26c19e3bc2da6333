"""The accuracy of the matcher: precision, recall and F1 over unordered pairs of ids.

Computed exactly as on the held-out data.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.contract.enums import MatchOutcome
from pipeline.matching import Candidate, match_candidates
from pipeline.matching.csv_records import read_records
from pipeline.matching.features import column, compare
from pipeline.matching.matcher import judge
from pipeline.matching.score import default_model, shared_links
from pipeline.matching.table import Floats, Ints, Table
from training.evaluation.curves import Curve, curve_picture, histogram_picture
from training.measure import rates, wilson

#: Two ids in sorted order.
Pair = tuple[str, str]

#: The baselines: the weights of the first version, and their merging threshold.
SEED_WEIGHTS: Final = {"title_ratio": 0.4, "time_fit": 0.3, "place_fit": 0.3}
SEED_MERGE_AT: Final = 0.85
#: Titles this similar, among pairs that start at most three days apart.
TITLE_MERGE_AT: Final = 0.85


def read_pairs(path: Path, label: str | None = None) -> set[Pair]:
    """The pairs of a CSV, each in sorted order.

    Columns `id1` and `id2`, else the first two; with `label`, those with that value in the column `label`
    (without that column, all are "1").
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        return set()
    names = list(rows[0])
    first, second = ("id1", "id2") if "id1" in names else (names[0], names[1])
    return {
        ordered(row[first], row[second]) for row in rows if label is None or row.get("label", "1") == label
    }


def ordered(first: str, second: str) -> Pair:
    """The pair in sorted order, so that (a, b) and (b, a) are one."""
    return (first, second) if first <= second else (second, first)


def score_pairs(predicted: set[Pair], gold: set[Pair], ignore: Iterable[Pair] = ()) -> dict[str, Any]:
    """`{"precision", "recall", "f1", "predicted", "gold"}`.

    Every predicted pair outside gold and ignore counts as wrong.
    """
    ignored = set(ignore)
    predicted, gold = predicted - ignored, gold - ignored
    right = len(predicted & gold)
    return rates(right, len(predicted), len(gold)) | {"predicted": len(predicted), "gold": len(gold)}


def duplicates_on(
    records: Path,
    gold: Path,
    ignore: Path | None = None,
    *,
    only_listed: bool = False,
    pictures: Path | None = None,
) -> dict[str, Any]:
    """The matcher's figures on a file of records: its merged pairs against gold pairs.

    Errors as of `categories_on`. With `only_listed`, `gold` has a column `label`, and only its pairs with 1
    or 0 count. The result also has the 95 % intervals `precision_interval` and `recall_interval`, `wrong`
    (merged and not the same), `missed`, `not_compared` (of these, the pairs that blocking never found), and
    the same figures for the `baselines`. With `pictures`, the precision-recall curve and the histogram of
    scores are written into that folder as `duplicates-curve.svg` and `duplicates-scores.svg`.
    """
    same, different = (
        read_pairs(gold, "1" if only_listed else None),
        read_pairs(gold, "0") if only_listed else set(),
    )
    ignored = read_pairs(ignore) if ignore else set()
    candidates = [record for record in read_records(records) if isinstance(record, Candidate)]
    if all(candidate.start is None for candidate in candidates):
        found = {
            ordered(pair.id1, pair.id2)
            for pair in match_candidates(candidates)
            if pair.outcome is MatchOutcome.MERGE
        }
        return score_pairs(found & (same | different) if only_listed else found, same, ignored)
    judged = _Judged.of(
        candidates, same=same - ignored, ignored=ignored, listed=same | different if only_listed else None
    )
    figures = judged.figures(judged.merged)
    baselines = {name: judged.figures(merged) for name, merged in judged.baselines().items()}
    if pictures is not None:
        _draw(judged, figures, baselines, pictures)
    return figures | {"not_compared": len(judged.same - set(judged.pairs)), "baselines": baselines}


@dataclass(frozen=True, slots=True)
class _Judged:
    """Every pair that counts, with its score, whether it is merged, and the truth."""

    table: Table
    left: Ints
    right: Ints
    scores: Floats
    merged: npt.NDArray[np.bool_]
    pairs: list[Pair]
    same: set[Pair]
    merge_at: float

    @classmethod
    def of(
        cls, candidates: list[Candidate], *, same: set[Pair], ignored: set[Pair], listed: set[Pair] | None
    ) -> "_Judged":
        """Match, and leave out the pairs that do not count."""
        model = default_model()
        table = Table.of(candidates, dict(model.weights))
        left, right, scores, merged = judge(table, model)
        pairs = [
            ordered(table.ids[a], table.ids[b]) for a, b in zip(left.tolist(), right.tolist(), strict=True)
        ]
        counts = np.array(
            [pair not in ignored and (listed is None or pair in listed) for pair in pairs], dtype=bool
        )
        kept = [pair for pair, count in zip(pairs, counts.tolist(), strict=True) if count]
        return cls(
            table, left[counts], right[counts], scores[counts], merged[counts], kept, same, model.merge_at
        )

    def figures(self, merged: npt.NDArray[np.bool_]) -> dict[str, Any]:
        """The figures of the pairs in `merged`."""
        found = {pair for pair, said in zip(self.pairs, merged.tolist(), strict=True) if said}
        right = len(found & self.same)
        return score_pairs(found, self.same) | {
            "precision_interval": wilson(right, len(found)),
            "recall_interval": wilson(right, len(self.same)),
            "wrong": len(found) - right,
            "missed": len(self.same) - right,
        }

    def truth(self) -> npt.NDArray[np.bool_]:
        """Which of the pairs are the same."""
        return np.array([pair in self.same for pair in self.pairs], dtype=bool)

    def baselines(self) -> dict[str, npt.NDArray[np.bool_]]:
        """The merges by simpler rules among the compared pairs.

        The first version's weights, the title, a common link.
        """
        features = compare(self.table, self.left, self.right)
        seed = np.zeros(len(self.pairs))
        for name, weight in SEED_WEIGHTS.items():
            seed += weight * np.nan_to_num(column(features, name))
        link, _ = shared_links(self.table, self.left, self.right)
        return {
            "seed weights": seed >= SEED_MERGE_AT,
            "title ratio": column(features, "title_ratio") >= TITLE_MERGE_AT,
            "same link": link,
        }


def _draw(
    judged: _Judged, figures: Mapping[str, Any], baselines: Mapping[str, Mapping[str, Any]], folder: Path
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    truth = judged.truth()
    marks = {
        name: (found["recall"], found["precision"]) for name, found in baselines.items() if found["predicted"]
    }
    chosen = (figures["recall"], figures["precision"])
    curve = Curve.of(judged.scores, truth, len(judged.same))
    (folder / "duplicates-curve.svg").write_text(
        curve_picture(curve, chosen, f"merged from {judged.merge_at}", marks), encoding="utf-8"
    )
    (folder / "duplicates-scores.svg").write_text(
        histogram_picture(judged.scores, truth, judged.merge_at), encoding="utf-8"
    )
