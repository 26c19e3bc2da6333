"""From records to verdicts: block, score, cluster, explain."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from pipeline.contract.candidates import Candidate, MatchedPair
from pipeline.contract.enums import MatchOutcome
from pipeline.matching.blocking import candidate_pairs
from pipeline.matching.clusters import settle
from pipeline.matching.csv_records import read_records
from pipeline.matching.doubts import mark_wrong_zones
from pipeline.matching.explain import explain
from pipeline.matching.rooms import mark_crowded
from pipeline.matching.score import Model, default_model, score_pairs
from pipeline.matching.table import Floats, Ints, Table
from pipeline.matching.venues import match_as_venues, parted
from pipeline.matching.workers import spread

#: Two records of one group must not score below this: see `clusters.settle`.
APART_BELOW = 0.2
#: How many pairs one process scores, and how many it explains, at a time. Fewer pairs are processed here.
_SCORED = 100_000
_WORDED = 20_000


def match_records(
    source: Iterable[Mapping[str, str]] | Path | str, *, ask: bool = False, model: Model | None = None
) -> list[MatchedPair]:
    """The pairs to merge among the records of a CSV file or rows like it (dicts of text).

    With `ask`, also the pairs for a moderator. Invalid rows are skipped (`csv_records.read_records` lists
    them). Raises UnreadableRecords where the header lacks id or title.
    """
    read = read_records(Path(source) if isinstance(source, str) else source)
    return match_candidates((c for c in read if isinstance(c, Candidate)), ask=ask, model=model)


def match_candidates(
    candidates: Iterable[Candidate], *, ask: bool = False, model: Model | None = None
) -> list[MatchedPair]:
    """The pairs among candidates, which are read once, ordered by the rows of the first and second record.

    The order of the input affects only the order of the pairs and of the two within a pair. If no record has
    a start, they are matched as venues.
    """
    venues, candidates = parted(candidates)
    if venues:
        return match_as_venues(venues, ask=ask)
    model = model or default_model()
    table = Table.of(candidates, dict(model.weights))
    left, right, scores, merge = judge(table, model)
    keep = merge | (scores >= model.ask_at) if ask else merge
    return _pairs(table, left[keep], right[keep], scores[keep], merge[keep])


def judge(table: Table, model: Model, *, first: int | None = None) -> tuple[Ints, Ints, Floats, np.ndarray]:
    """`(left, right, scores, merge)`: every blocked pair and every pair within a cluster, by rows.

    With `first`, only the first `first` records are compared with each other and with the rest, since stored
    records were compared when they came.
    """
    mark_crowded(table)
    left, right = candidate_pairs(table, first=first)
    mark_wrong_zones(table, left, right)
    scores = _scores(model, table, left, right)
    a, b, joined_scores = settle(
        left,
        right,
        scores,
        lambda a, b: score_pairs(model, table, a, b),
        merge_at=model.merge_at,
        apart_below=APART_BELOW,
    )
    n = max(len(table), 1)
    codes, joined = left * n + right, a * n + b
    extra = ~np.isin(joined, codes, assume_unique=True)
    left, right = np.concatenate([left, a[extra]]), np.concatenate([right, b[extra]])
    scores = np.concatenate([scores, joined_scores[extra]])
    codes = np.concatenate([codes, joined[extra]])
    order = np.argsort(codes, kind="stable")
    merge = np.isin(codes, joined, assume_unique=True)
    return left[order], right[order], scores[order], merge[order]


def _scores(model: Model, table: Table, left: Ints, right: Ints) -> Floats:
    starts = range(0, len(left), _SCORED)
    work = partial(_scores_from, model, table, left, right)
    return np.concatenate([np.empty(0), *spread(work, starts, processes=1 if len(starts) < 2 else None)])


def _scores_from(model: Model, table: Table, left: Ints, right: Ints, start: int) -> Floats:
    return score_pairs(model, table, left[start : start + _SCORED], right[start : start + _SCORED])


def _pairs(table: Table, left: Ints, right: Ints, scores: Floats, merge: np.ndarray) -> list[MatchedPair]:
    starts = range(0, len(left), _WORDED)
    reasons = chain.from_iterable(
        spread(partial(_words_from, table, left, right), starts, processes=1 if len(starts) < 2 else None)
    )
    return [
        MatchedPair(
            id1=table.ids[a],
            id2=table.ids[b],
            score=round(score, 4),
            outcome=MatchOutcome.MERGE if merged else MatchOutcome.ASK,
            reasons=words,
        )
        for a, b, score, merged, words in zip(
            left.tolist(), right.tolist(), scores.tolist(), merge.tolist(), reasons, strict=True
        )
    ]


def _words_from(table: Table, left: Ints, right: Ints, start: int) -> list[str]:
    return [
        words for words, _ in explain(table, left[start : start + _WORDED], right[start : start + _WORDED])
    ]
