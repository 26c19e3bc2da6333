"""Training on small synthetic data.

The exported trees equal scikit-learn's, and the command refuses a worse model.
"""

import csv
import gzip
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from pipeline.contract.candidates import Candidate
from pipeline.matching.features import FEATURES
from pipeline.matching.score import Trees, default_model, read_model, read_trees
from sources.management.commands import train_matcher
from training.matching import fit as training
from training.matching.examples import Blocked, Examples, Labelled
from training.matching.fit import export, fit, word_weights
from training.matching.kept import LOWEST, Kept, apart, by_month, by_source, figures, threshold
from training.matching.made import made_examples

NAMES = [
    f"{a} {b} Conference"
    for a in ("Ruby", "Java", "Swift", "Kotlin", "Haskell", "Erlang")
    for b in ("Summit", "Days", "World", "Forum")
]


def records() -> list[Candidate]:
    def one(n: int, source: str) -> Candidate:
        start = date(2026, 1, 1) + timedelta(days=n // 2)
        return Candidate(
            id=f"{source}{n:03d}",
            source=source,
            title=NAMES[n % len(NAMES)],
            start=start,
            city=["Oslo", "Lima"][n % 2],
        )

    return [one(n, source) for n in range(60) for source in ("a", "b")]


def labelled() -> Labelled:
    return Labelled("small", records(), frozenset((f"a{n:03d}", f"b{n:03d}") for n in range(60)), closed=True)


def test_the_exported_trees_say_what_scikit_learn_says() -> None:
    examples = made_examples(records(), {}, count=600, weight=1.0)
    model = fit([examples], trees=12)
    trees = read_trees(export(model))
    ours = 1 / (1 + np.exp(-trees.log_odds(examples.x)))
    assert np.allclose(ours, model.predict_proba(examples.x)[:, 1], atol=1e-3)


def test_made_examples_are_the_same_for_the_same_seed() -> None:
    one, other = (made_examples(records(), {}, count=50, weight=1.0) for _ in range(2))
    assert np.array_equal(one.x, other.x, equal_nan=True)
    assert set(one.y.tolist()) == {0, 1}


def test_a_closed_set_calls_every_other_pair_different() -> None:
    examples = Blocked.of(labelled(), {}).examples()
    assert {pair for pair, y in zip(examples.pairs, examples.y, strict=True) if y == 1} == labelled().same
    assert (examples.y == 0).any()


def test_common_words_weigh_less() -> None:
    weights = word_weights(
        [
            *(f"Show {n}" for n in range(20)),
            *(f"Conference {chr(97 + n % 26)}{n}" for n in range(400)),
            *(f"Rare{n}" for n in range(200)),
        ]
    )
    assert weights["conference"] < 0.3
    assert "rare1" not in weights


def test_figures_count_true_pairs_that_blocking_missed() -> None:
    data = replace(labelled(), same=labelled().same | {("a000", "b059")})
    kept = Kept("all", Blocked.of(data, {}), default_model().trees)
    found = figures([kept], 0.5)
    assert (found["true"], found["not_compared"]) == (61, 1)
    assert found["missed"] >= 1
    assert found["recall"] == round((61 - found["missed"]) / 61, 4)


def test_pairs_kept_apart_are_in_no_training() -> None:
    blocked = Blocked.of(labelled(), {})
    seen: list[set[str]] = []

    def fitted(rest: Examples) -> Trees:
        seen.append({name[0] for pair in rest.pairs for name in pair})
        return default_model().trees

    parts = apart(blocked, blocked.examples(), by_source(labelled()), fitted)
    assert [kept.name for kept in parts] == ["a", "b"]
    assert seen == [{"b"} & seen[0], {"a"} & seen[1]]
    months = apart(blocked, blocked.examples(), by_month(labelled()), fitted)
    assert sum(kept.true_pairs() for kept in months) == 60


def test_the_threshold_is_the_lowest_that_is_right_enough() -> None:
    kept = Kept("all", Blocked.of(labelled(), {}), default_model().trees)
    assert threshold([kept], wanted=0.0) == LOWEST
    assert threshold([kept], wanted=1.1) == 0.95


def test_other_features_are_refused() -> None:
    with pytest.raises(ValueError, match="train_matcher"):
        read_model({"features": ["x"], "nodes": {}})


def test_a_tree_too_large_is_refused() -> None:
    size = 19
    left = [2 * n + 1 if 2 * n + 2 < size else n for n in range(size)]
    right = [2 * n + 2 if 2 * n + 2 < size else n for n in range(size)]
    nodes = {
        "feature": [0] * size,
        "threshold": [0.0] * size,
        "missing_left": [0] * size,
        "left": left,
        "right": right,
        "value": [0.0] * size,
    }
    with pytest.raises(ValueError, match="10 leaves"):
        read_model(
            {
                "features": list(FEATURES),
                "nodes": nodes,
                "roots": [0],
                "base": 0,
                "merge_at": 1,
                "ask_at": 1,
                "weights": {},
            }
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder like `../shared/data`, with small data."""
    for name in ("dedup/conferences/dev", "dedup/nyc_multisource", "labels"):
        (tmp_path / name).mkdir(parents=True)
    rows = [[r.id, r.source, r.title, str(r.start), r.city] for r in records()]
    same = sorted(labelled().same)
    for place in ("dedup/conferences/dev", "dedup/nyc_multisource"):
        _write(tmp_path / place / "records.csv", [["id", "source", "title", "start", "city"], *rows])
    _write(tmp_path / "dedup/conferences/dev/gold_pairs.csv", [["id1", "id2"], *same])
    _write(tmp_path / "dedup/conferences/dev/ignore_pairs.csv", [["id1", "id2"]])
    listed = [[a, b, "1"] for a, b in same[:20]] + [["a000", "b001", "0"], ["a001", "b000", "?"]]
    _write(tmp_path / "dedup/nyc_multisource/labelled_pairs_dev.csv", [["id1", "id2", "label"], *listed])
    with gzip.open(tmp_path / "labels/labelled_events_dev.csv.gz", "wt", newline="") as file:
        csv.writer(file).writerows([["title"], ["Jazz"]])
    return tmp_path


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def test_the_command_installs_and_then_refuses_a_worse_model(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = training.train

    def quick(*args: object) -> training.Trained:
        return small(*args, trees=5, made=200)  # type: ignore[arg-type]

    monkeypatch.setattr(train_matcher, "train", quick)
    output = folder / "matcher.json"
    call_command("train_matcher", data=folder, output=output, pictures=folder / "pictures")
    assert "same event: 120" in (folder / "pictures/kept-apart-scores.svg").read_text()
    assert "recall" in (folder / "pictures/kept-apart-curve.svg").read_text()
    data = json.loads(output.read_text())
    assert read_model(data).merge_at == data["merge_at"]
    assert "conferences, lists kept apart" in capsys.readouterr().out
    data["card"]["conferences, lists kept apart"]["f1"] = 1.1
    output.write_text(json.dumps(data))
    with pytest.raises(CommandError, match="not installed"):
        call_command("train_matcher", data=folder, output=output)


def test_the_command_needs_its_data(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot read"):
        call_command("train_matcher", data=tmp_path)
