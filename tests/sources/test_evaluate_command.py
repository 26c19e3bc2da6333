import io
import json
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from tests.data import SHARED, needs_data
from tests.training.test_evaluation import labelled  # noqa: F401


def run(*args):
    out = io.StringIO()
    call_command("evaluate", *map(str, args), stdout=out)
    return json.loads(out.getvalue())


def test_categories_of_a_labelled_file(labelled):  # noqa: F811
    file, labels = labelled
    found = run("categories", file, "--labels", labels)
    assert found["by_source"] == {"a": 1.0, "b": 1.0}
    assert (found["mean"], found["pooled"], found["missing"], found["events"]) == (1.0, 1.0, 0, 3)
    assert 0 <= found["ece"] < 0.5


def test_duplicates_of_records(tmp_path):
    records, gold = tmp_path / "records.csv", tmp_path / "gold.csv"
    records.write_text(
        "id,source,title,start,venue,city\n"
        "1,a,Food Festival at Indiranagar,2026-12-05T18:00,Indiranagar Grounds,Bengaluru\n"
        "2,b,Food Festival at Indiranagar,2026-12-05T18:00,Indiranagar Grounds,Bengaluru\n"
        "3,b,Chess open,2026-12-06T09:00,Town Hall,Bengaluru\n"
    )
    gold.write_text("id1,id2\n2,1\n")
    found = run("duplicates", records, "--gold", gold, "--pictures", tmp_path / "pictures")
    assert {name: found[name] for name in ("precision", "recall", "f1", "predicted", "gold")} == {
        "precision": 1.0, "recall": 1.0, "f1": 1.0, "predicted": 1, "gold": 1,
    }  # fmt: skip
    assert found["precision_interval"] == [0.2065, 1.0]
    assert (found["wrong"], found["missed"], found["not_compared"]) == (0, 0, 0)
    assert found["baselines"]["seed weights"]["recall"] == 1.0
    assert found["baselines"]["same link"]["predicted"] == 0
    for name in ("curve", "scores"):
        picture = ElementTree.fromstring((tmp_path / f"pictures/duplicates-{name}.svg").read_text())  # noqa: S314 - our own
        assert "prefers-color-scheme:dark" in "".join(picture.itertext())
    assert run("duplicates", records, "--gold", gold, "--ignore", gold)["gold"] == 0


def test_only_listed_pairs_count(tmp_path):
    records, gold = tmp_path / "records.csv", tmp_path / "gold.csv"
    same = "2026-12-05T18:00,Blue Room,Bengaluru\n"
    records.write_text(
        "id,source,title,start,venue,city\n" + "".join(f"{n},{n},Fado Night,{same}" for n in (1, 2, 3))
    )
    gold.write_text("id1,id2,label\n1,2,1\n2,3,0\n1,3,?\n")
    found = run("duplicates", records, "--gold", gold, "--only-listed")
    assert (found["predicted"], found["gold"], found["wrong"]) == (2, 1, 1)


def test_venues_of_two_lists(tmp_path):
    ours, theirs, gold = tmp_path / "ours.csv", tmp_path / "theirs.csv", tmp_path / "gold.csv"
    ours.write_text(
        "id,name,addr,city,phone\n1,The Blue Room,12 Main St.,Salem,555/123-4567\n2,Town Hall,1 Market Sq,Salem,\n"
    )
    theirs.write_text(
        "id,name,address,city,phone,lat\n8,Blue Room,12 Main Street,Salem,(555) 123 4567,\n9,Guild Hall,9 Elm St,Salem,,x\n"
    )
    gold.write_text("ours,theirs\n1,8\n")
    found = run("venues", ours, theirs, "--gold", gold, "--pictures", tmp_path / "pictures")
    figures = {"precision": 1.0, "recall": 1.0, "f1": 1.0, "predicted": 1, "gold": 1}
    assert {name: found[name] for name in figures} == figures
    assert (found["wrong"], found["missed"], found["precision_interval"][1]) == (0, 0, 1.0)
    assert len(found["held_out"]["merge_at"]) == 5
    for name in ("curve", "scores"):
        picture = ElementTree.fromstring((tmp_path / f"pictures/venues-{name}.svg").read_text())  # noqa: S314 - our own
        assert "venue" in "".join(picture.itertext()) or name == "curve"


@needs_data
def test_fodors_and_zagats_agree_on_their_restaurants():
    folder = (
        SHARED / "dedup/er_benchmarks/py_entitymatching/py_entitymatching/datasets/end-to-end/restaurants"
    )
    found = run(
        "venues", folder / "fodors.csv", folder / "zagats.csv", "--gold", folder / "matches_fodors_zagats.csv"
    )
    assert found["f1"] >= 0.98
    assert found["held_out"]["f1"] >= 0.98
    without = run(
        "venues",
        folder / "fodors.csv",
        folder / "zagats.csv",
        "--gold",
        folder / "matches_fodors_zagats.csv",
        "--without-phone",
    )
    assert found["f1"] > without["f1"] >= 0.97


@pytest.mark.parametrize("text", ["", "source,id\na,1\n", "\x1f\x8b broken"])
def test_what_cannot_be_read_is_one_clear_line(tmp_path, text):
    file, labels = tmp_path / "events.csv.gz", tmp_path / "map.csv"
    file.write_text(text)
    labels.write_text("source,label,acceptable\n")
    with pytest.raises(CommandError) as failure:
        run("categories", file, "--labels", labels)
    assert failure.value.returncode == 2


def test_a_missing_column_is_named(tmp_path):
    labels = tmp_path / "map.csv"
    labels.write_text("source,name\na,b\n")
    with pytest.raises(CommandError, match="label"):
        run("categories", labels, "--labels", labels)
