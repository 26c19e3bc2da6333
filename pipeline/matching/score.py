"""From features to a probability, and from a probability to one of three outcomes.

The model is a few hundred small trees (gradient boosting, trained by `manage.py train_matcher`), read from
plain JSON and evaluated by numpy. Links and organizers were removed from the labelled data, so their evidence
is added as fixed weights on the log-odds.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.contract.enums import MatchOutcome
from pipeline.matching.doubts import doubtful, impossible
from pipeline.matching.features import FEATURES, column, compare
from pipeline.matching.rooms import one_event, one_room, prices_apart
from pipeline.matching.table import Floats, Ints, Table

#: The threshold that an operator chose, if any.
_chosen: list[float] = []
ARTEFACT = Path(__file__).resolve().parent.parent / "artefacts" / "matcher.json"

#: How many pairs have their features in memory at a time.
CHUNK = 20_000

MAX_LEAVES = 8

#: Fixed evidence on the log-odds. A common link counts only where the times agree: a series has one link for
#: all its dates.
SAME_LINK = 3.0
SAME_FRONT_PAGE = 0.7
SAME_ORGANIZER = 0.7
SAME_TEXT = 2.0
PRICES_APART = -0.6
#: The least score of identical records: 0.9933.
IDENTICAL = 5.0
#: The highest score of a pair that a moderator must decide: 0.38, between asking and merging.
DOUBTFUL = -0.5
#: The highest score of an impossible pair: 0.05.
IMPOSSIBLE = -3.0
#: The least scores of two titles for one start in one room: 0.82 for one event, else a question (0.38).
ONE_EVENT = 1.5
ONE_ROOM = DOUBTFUL
#: Titles that are less alike than this in each of these features have nothing in common.
ALIKE = 0.55
_TITLE_ALIKE = ("core_set", "letters_ratio", "bare_ratio", "head_ratio", "acronym")
#: Below this fit of time, links and texts are no evidence.
TIMES_AGREE = 0.5


@dataclass(frozen=True, slots=True)
class Split:
    """One split of a tree.

    If a row goes right, it cannot reach the leaves to the left: `kept` has their bits off.
    """

    feature: int
    threshold: float
    missing_left: bool
    kept: int


@dataclass(frozen=True, slots=True)
class Tree:
    """At most eight leaves, numbered from the left.

    `values[bits]` is the value of the leftmost leaf in `bits`.
    """

    splits: tuple[Split, ...]
    values: Floats


@dataclass(frozen=True, slots=True)
class Trees:
    """All trees and their start value.

    They are evaluated split by split over whole columns instead of row by row from the root (QuickScorer,
    Lucchese et al. 2015): about 1 microsecond for each pair.
    """

    trees: tuple[Tree, ...]
    base: float

    def log_odds(self, features: Floats) -> Floats:
        """The sum of the trees' values for each row of `features`."""
        columns = np.ascontiguousarray(features.T)
        total = np.full(len(features), self.base)
        every = np.uint8(255)
        for tree in self.trees:
            leaves = np.full(len(features), 255, dtype=np.uint8)
            for split in tree.splits:
                column = columns[split.feature]
                # NaN compares false with everything, so the direction of the comparison decides the side.
                left = ~(column > split.threshold) if split.missing_left else column <= split.threshold
                leaves &= np.where(left, every, np.uint8(split.kept))
            total += tree.values[leaves]
        return total


@dataclass(frozen=True, slots=True)
class Model:
    """The trained trees, the two thresholds, and the weights of common words."""

    trees: Trees
    merge_at: float
    ask_at: float
    weights: Mapping[str, float]

    def outcome(self, score: float) -> MatchOutcome:
        """Merge, ask or different."""
        if score >= self.merge_at:
            return MatchOutcome.MERGE
        return MatchOutcome.ASK if score >= self.ask_at else MatchOutcome.DIFFERENT


@lru_cache(maxsize=1)
def default_model() -> Model:
    """The shipped model, read once per process; with the threshold of `merge_from` where one was set."""
    model = read_model(json.loads(ARTEFACT.read_text()))
    if not _chosen:
        return model
    return replace(model, merge_at=_chosen[0], ask_at=min(model.ask_at, _chosen[0]))


def merge_from(threshold: float | None) -> None:
    """Merge from this score on, in this process; None for the threshold that was fitted."""
    _chosen[:] = [] if threshold is None else [threshold]
    default_model.cache_clear()


def read_model(data: Mapping[str, Any]) -> Model:
    """A model from its JSON. Raises ValueError where it was trained on other features."""
    if data["features"] != list(FEATURES):
        raise ValueError("the matcher's artefact was trained on other features: run manage.py train_matcher")
    return Model(read_trees(data), float(data["merge_at"]), float(data["ask_at"]), data["weights"])


def read_trees(data: Mapping[str, Any]) -> Trees:
    """The trees alone."""
    return Trees(tuple(_tree(data["nodes"], root) for root in data["roots"]), float(data["base"]))


def _tree(nodes: Mapping[str, Sequence[Any]], root: int) -> Tree:
    splits: list[Split] = []
    leaves: list[float] = []

    def walk(node: int) -> None:
        left, right = nodes["left"][node], nodes["right"][node]
        if left == node:
            leaves.append(float(nodes["value"][node]))
            return
        first = len(leaves)
        walk(left)
        off = sum(1 << leaf for leaf in range(first, len(leaves)))
        splits.append(
            Split(
                int(nodes["feature"][node]),
                float(nodes["threshold"][node]),
                bool(nodes["missing_left"][node]),
                255 & ~off,
            )
        )
        walk(right)

    walk(root)
    if len(leaves) > MAX_LEAVES:
        raise ValueError(f"a tree of the matcher has {len(leaves)} leaves, more than {MAX_LEAVES}")
    values = [
        leaves[(bits & -bits).bit_length() - 1] if bits & ((1 << len(leaves)) - 1) else 0.0
        for bits in range(256)
    ]
    return Tree(tuple(splits), np.array(values))


def score_pairs(model: Model, table: Table, left: Ints, right: Ints) -> Floats:
    """The probability of each pair to be one event, 0 to 1."""
    scores = [np.empty(0)]
    for start in range(0, len(left), CHUNK):
        i, j = left[start : start + CHUNK], right[start : start + CHUNK]
        features = compare(table, i, j)
        odds = model.trees.log_odds(features) + evidence(table, features, i, j)
        odds = _by_room(table, odds, features, i, j)
        odds = np.where(doubtful(table, features, i, j), np.minimum(odds, DOUBTFUL), odds)
        odds = np.where(impossible(table, i, j), np.minimum(odds, IMPOSSIBLE), odds)
        odds = np.where(identical(table, i, j), np.maximum(odds, IDENTICAL), odds)
        scores.append(1 / (1 + np.exp(-odds)))
    return np.concatenate(scores)


def _by_room(table: Table, odds: Floats, features: Floats, left: Ints, right: Ints) -> Floats:
    """The log-odds with what one room says, and no more than a question where nothing but the room is alike."""
    room = one_room(table, left, right)
    named = np.max([column(features, name) for name in _TITLE_ALIKE], axis=0) >= ALIKE
    link, front = shared_links(table, left, right)
    odds = np.where(
        room & ~named & ~link & ~front, ONE_ROOM, np.where(room, np.maximum(odds, ONE_ROOM), odds)
    )
    return np.where(one_event(table, left, right), np.maximum(odds, ONE_EVENT), odds)


def evidence(table: Table, features: Floats, left: Ints, right: Ints) -> Floats:
    """What links, organizers, texts and prices add to the log-odds."""
    agree = column(features, "time_fit") >= TIMES_AGREE
    link, front = shared_links(table, left, right)
    text = _same(table, "text", left, right)
    organizer = _same(table, "organizer", left, right)
    added = np.where(agree & link, SAME_LINK, np.where(agree & front, SAME_FRONT_PAGE, 0.0))
    added += np.where(agree & text, SAME_TEXT, 0.0) + np.where(agree & organizer, SAME_ORGANIZER, 0.0)
    return added + np.where(prices_apart(table, left, right), PRICES_APART, 0.0)


def identical(table: Table, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """Whether title, start, end and place are equal in every word and number, including missing ones."""
    same = np.ones(len(left), dtype=bool)
    for name in ("day", "wall", "instant", "end_day", "online"):
        same &= table.column[name][left] == table.column[name][right]
    for name in ("lat", "lon"):
        a, b = table.column[name][left], table.column[name][right]
        same &= (a == b) | (np.isnan(a) & np.isnan(b))
    for name in ("place", "named_places"):
        same &= (table.column[name][left] == table.column[name][right]).all(axis=1)
    for texts in (table.full, table.venue, table.place_name):
        rest = np.flatnonzero(same)
        same[rest] = [
            texts[i] == texts[j] for i, j in zip(left[rest].tolist(), right[rest].tolist(), strict=True)
        ]
    return same


def shared_links(
    table: Table, left: Ints, right: Ints
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Whether a pair shares the event's page or a ticket link, and whether only a site's front page."""
    same = _same(table, "url", left, right)
    specific = table.column["url_specific"][left] == 1
    ticket = _same(table, "ticket", left, right)
    return (same & specific) | ticket, same & ~specific


def _same(table: Table, name: str, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    values = table.column[name]
    return (values[left] == values[right]) & (values[left] != 0)
