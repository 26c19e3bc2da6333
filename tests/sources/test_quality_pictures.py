"""The charts of category accuracy."""

from xml.etree import ElementTree

import pytest

from tests.sources.test_evaluate_command import run
from tests.training.test_evaluation import labelled  # noqa: F401
from training.evaluation.pictures import Answered, confusion, draw, reliability

ANSWERED = [
    Answered(frozenset({"music"}), "music", 0.95),
    Answered(frozenset({"music", "nightlife"}), "nightlife", 0.55),
    Answered(frozenset({"stage", "music"}), "film", 0.55),
    Answered(frozenset({"other"}), "art", 1.0),
]


def test_an_event_that_accepts_several_counts_for_the_told_one_or_for_each_by_its_part():
    assert confusion(ANSWERED) == {
        "music": {"music": 1, "film": 0.5},
        "nightlife": {"nightlife": 1},
        "stage": {"film": 0.5},
        "other": {"art": 1},
    }


def test_what_was_promised_against_what_was_kept():
    bins = reliability(ANSWERED)
    assert {number: (one.events, one.right) for number, one in bins.items()} == {5: (2, 0.5), 9: (2, 0.5)}
    assert bins[9].confidence == pytest.approx(0.975)


def test_both_are_drawn_for_day_and_night_and_say_their_words(tmp_path):
    paths = draw(tmp_path / "new", ANSWERED, about="four events <of> ours")
    assert [path.name for path in paths] == ["confusion.svg", "reliability.svg"]
    for path in paths:
        root = ElementTree.parse(path).getroot()
        assert "four events <of> ours" in root.attrib["aria-label"]
        assert "prefers-color-scheme:dark" in path.read_text()
        assert "<script" not in path.read_text()


def test_nothing_answered_is_drawn_too(tmp_path):
    assert len(draw(tmp_path, [], about="nothing")) == 2


def test_the_command_draws_what_it_scored(labelled, tmp_path):  # noqa: F811
    file, labels = labelled
    found = run("categories", file, "--labels", labels, "--pictures", tmp_path / "drawn")
    assert found["events"] == 3
    assert "of 3 events" in (tmp_path / "drawn" / "confusion.svg").read_text()
