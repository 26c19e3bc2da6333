import csv
import gzip
import json
import subprocess
import sys

import pytest

from pipeline.taxonomy import SLUGS
from tests.data import SHARED, needs_data
from training.evaluation import (
    read_label_map,
    read_labelled,
    read_pairs,
    score_categories,
    score_pairs,
    truth_of,
)

TOOLS = SHARED.parent / "tools"


@pytest.fixture
def labelled(tmp_path):
    """(labelled file, label map) with two sources, an unknown label, and one repeated key."""
    rows = [
        {"source": "a", "id": "1", "title": "Jazz concert", "labels": "Music|Odd"},
        {"source": "a", "id": "2", "title": "Wine tasting", "labels": "Food"},
        {"source": "a", "id": "2", "title": "Wine tasting", "labels": "Music"},
        {"source": "b", "id": "1", "title": "Meditation for your health", "labels": "Health"},
        {"source": "b", "id": "3", "title": "Nothing", "labels": "Odd"},
    ]
    file, labels = tmp_path / "events.csv.gz", tmp_path / "map.csv"
    names = ["source", "id", "title", "description", "start", "end", "venue", "city", "lang", "labels", "url"]
    with gzip.open(file, "wt", newline="") as out:
        writer = csv.DictWriter(out, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    labels.write_text("source,label,acceptable\na,Music,music|nightlife\na,Food,food\nb,Health,wellness\n")
    return file, labels


def test_acceptable_sets_are_unions_and_unknown_labels_are_ignored(labelled):
    file, labels = labelled
    truth = truth_of(read_labelled(file, read_label_map(labels)))
    assert truth == {
        "a:1": {"music", "nightlife"},
        "a:2": {"food", "music", "nightlife"},
        "b:1": {"wellness"},
    }


def test_the_first_answer_of_a_key_counts_and_strangers_do_not():
    truth = {"a:1": frozenset({"music"}), "a:2": frozenset({"food"}), "b:1": frozenset({"art"})}
    found = score_categories(
        truth, [("a:1", "music", 0.9), ("a:1", "art", 0.1), ("x:1", "art", 1.0), ("b:1", "film", 0.5)]
    )
    assert found == {
        "by_source": {"a": 1.0, "b": 0.0},
        "mean": 0.5,
        "pooled": 0.5,
        "ece": 0.3,
        "missing": 1,
        "events": 2,
    }


def test_pairs_count_whichever_way_round(tmp_path):
    gold, ignore = tmp_path / "gold.csv", tmp_path / "ignore.csv"
    gold.write_text("id1,id2,why\nb,a,x\nc,d,x\n")
    ignore.write_text("left,right\nf,e\n")
    assert read_pairs(ignore) == {("e", "f")}
    found = score_pairs({("a", "b"), ("e", "f"), ("g", "h")}, read_pairs(gold), read_pairs(ignore))
    assert found == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "predicted": 2, "gold": 2}
    assert score_pairs(set(), set())["f1"] == 0


def test_no_pairs_in_a_file_with_a_header_alone(tmp_path):
    empty = tmp_path / "pairs.csv"
    empty.write_text("id1,id2\n")
    assert read_pairs(empty) == set()


@needs_data
def test_it_agrees_with_the_tool_on_real_pairs(tmp_path):
    folder = SHARED / "dedup" / "conferences" / "dev"
    predicted, gold, ignore = (
        folder / "hard_negatives.csv",
        folder / "gold_pairs.csv",
        folder / "ignore_pairs.csv",
    )
    mixed = tmp_path / "predicted.csv"
    pairs = (
        sorted(read_pairs(gold))[:1000]
        + sorted(read_pairs(predicted))[:300]
        + sorted(read_pairs(ignore))[:50]
    )
    mixed.write_text("id1,id2\n" + "".join(f"{b},{a}\n" for a, b in pairs))
    theirs = subprocess.run(
        [sys.executable, TOOLS / "score_pairs.py", mixed, gold, "--ignore", ignore],
        capture_output=True,
        text=True,
        check=True,
    )
    assert score_pairs(set(read_pairs(mixed)), read_pairs(gold), read_pairs(ignore)) == json.loads(
        theirs.stdout
    )


@needs_data
def test_it_agrees_with_the_tool_on_real_events(tmp_path):
    file, labels = SHARED / "labels" / "labelled_events_dev.csv.gz", SHARED / "labels" / "label_map.csv"
    events = list(read_labelled(file, read_label_map(labels)))
    guesses = [
        (e.key, SLUGS[n % 22] if n % 3 else sorted(e.acceptable)[0], (n % 101) / 100)
        for n, e in enumerate(events)
        if n % 7
    ]
    reported = tmp_path / "told.ndjson"
    reported.write_text(
        "".join(json.dumps({"id": i, "category": c, "confidence": p}) + "\n" for i, c, p in guesses)
    )
    theirs = subprocess.run(
        [sys.executable, TOOLS / "score_categories.py", file, labels, reported],
        capture_output=True,
        text=True,
        check=True,
    )
    assert score_categories(truth_of(events), guesses) == json.loads(theirs.stdout)
