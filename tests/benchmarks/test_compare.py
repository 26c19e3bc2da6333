"""The comparison with another tree: what counts as a fall, in which order the turns are, and that the work tree goes."""

import subprocess
from pathlib import Path

import pytest

from benchmarks import compare
from benchmarks.__main__ import names
from benchmarks.compare import Row, last_tag, table, tree_of


@pytest.mark.parametrize(
    ("here", "there", "fell"),
    [
        ([1.0, 1.2], [1.0, 1.2], False),
        ([1.3, 1.2], [1.0, 1.0], True),
        ([1.09, 1.08], [1.0, 1.0], False),
        # one pair met other work: the best runs are alike
        ([2.0, 1.0], [1.0, 1.0], False),
    ],
)
def test_a_fall_is_more_than_a_tenth_in_the_median_and_in_the_best_runs(here, there, fell) -> None:
    assert Row(here, there).fell() is fell


def test_turns_alternate_and_only_a_fall_is_measured_again(monkeypatch) -> None:
    turns: list[str] = []

    def runs(seconds_here: float):
        def run(words: list[str], tree: Path) -> float:
            turns.append(tree.name)
            return seconds_here if tree == compare.ROOT else 1.0

        return run

    here = compare.ROOT.name
    monkeypatch.setattr(compare, "run", runs(1.0))
    row = Row()
    compare.compare("list of commands", row, Path("x"), Path("/old"), pairs=2)
    assert turns == [here, "old", here, "old", "old", here]
    assert (len(row.here), row.ratio()) == (2, 1.0)

    monkeypatch.setattr(compare, "run", runs(1.5))
    row = Row()
    compare.compare("list of commands", row, Path("x"), Path("/old"), pairs=2)
    assert (len(row.here), len(row.there), row.fell()) == (6, 6, True)
    assert "1.50 **fell**" in table({"list of commands": row}, "v1")


def test_the_other_tree_is_there_meanwhile_and_goes(tmp_path, monkeypatch) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=tmp_path, check=True)

    git("init", "-q")
    (tmp_path / "file").write_text("old")
    git("add", "file")
    git("commit", "-qm", "one")
    monkeypatch.setattr(compare, "ROOT", tmp_path)
    assert last_tag() == ""
    git("tag", "-a", "v1", "-m", "v1")
    assert last_tag() == "v1"
    with tree_of("v1", tmp_path / "tree") as place:
        assert place is not None
        assert (place / "file").read_text() == "old"
    assert not (tmp_path / "tree").exists()
    with tree_of("", tmp_path / "tree") as place:
        assert place is None
    with pytest.raises(SystemExit, match="nonesuch"), tree_of("nonesuch", tmp_path / "tree"):
        pass


def test_parts_of_benchmarks_are_not_run_with_all() -> None:
    assert not {"compare", "bare_server"} & set(names())
    assert {"ingest", "match", "relevance"} <= set(names())
