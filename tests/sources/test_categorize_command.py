import io
import json
import sys
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from pipeline.taxonomy import SLUGS


@pytest.fixture
def categorize(monkeypatch):
    """Run the command on bytes. Returns (answers, its standard error)."""

    def run(content, *args):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        out, err = io.StringIO(), io.StringIO()
        call_command("categorize", *args, stdout=out, stderr=err)
        return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()

    return run


def lines(*records):
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_answers_come_in_order_with_scores_that_sum_to_one(categorize):
    found, errors = categorize(
        lines(
            {"id": "x:1", "title": "Jazz concert"},
            {"id": 2, "title": "Wine tasting", "venue": {"name": "Cellar"}},
        )
    )
    assert [(one["id"], one["category"]) for one in found] == [("x:1", "music"), (2, "food")]
    assert set(found[0]) == {"id", "category", "confidence", "scores"}
    assert list(found[0]["scores"]) == list(SLUGS)
    assert sum(found[0]["scores"].values()) == pytest.approx(1, abs=0.01)
    assert errors == ""


def test_a_bad_line_keeps_its_place_and_is_named(categorize):
    content = (
        lines({"id": 1, "title": "Yoga class"})
        + b"{broken\n\n[1]\n"
        + b'{"title": "x"}\n'
        + b"[" * 100_000
        + b"\n\xff\xfe\n"
        + lines({"id": 9})
    )
    found, errors = categorize(content)
    assert [one["id"] for one in found] == [1, None, None, None, None, None, 9]
    assert [one["error"].split(":")[0] for one in found if "error" in one] == [
        "line 2",
        "line 4",
        "line 5",
        "line 6",
        "line 7",
    ]
    assert "line 2: not JSON" in errors
    assert "line 5: no id" in errors


def test_any_types_are_survived(categorize):
    found, _ = categorize(
        lines(
            {
                "id": None,
                "title": ["x"],
                "description": 3,
                "venue": True,
                "city": {"name": 5},
                "language": None,
            }
        )
    )
    assert found[0]["category"] in SLUGS


def test_more_than_a_batch_streams_in_order(categorize):
    found, _ = categorize(lines(*({"id": n, "title": "Chess tournament"} for n in range(300))), "--no-scores")
    assert [one["id"] for one in found] == list(range(300))
    assert len({(one["category"], one["confidence"]) for one in found}) == 1
    assert set(found[0]) == {"id", "category", "confidence"}


VAGUE = {"title": "Late Shift", "description": "Come early, doors open at eight, and bring your friends."}


def reported(categorize, *vague, more=()):
    """The answer for a vague record after forty concerts of the source `hall`."""
    concerts = [{"id": f"hall:{n}", "title": f"Jazz concert number {n}"} for n in range(40)]
    return categorize(lines(*concerts, *vague), *more)[0][-1]


def test_records_of_one_source_are_judged_with_its_prior(categorize):
    alone = reported(categorize, {"id": 1, **VAGUE})
    for record in ({"id": "hall:x", **VAGUE}, {"id": 1, "source": "hall", **VAGUE}):
        found = reported(categorize, record)
        assert found["id"] == record["id"]
        assert found["scores"]["music"] > 1.5 * alone["scores"]["music"]
    by_itself = reported(categorize, {"id": "hall:x", **VAGUE}, more=("--alone",))
    assert by_itself["scores"] == alone["scores"]
    assert reported(categorize, {"id": "cellar:x", **VAGUE})["scores"] == alone["scores"]


def test_what_is_read_at_a_time_is_bounded(categorize, monkeypatch):
    monkeypatch.setattr("sources.management.commands.categorize.RECORDS", 30)
    records = [{"id": f"hall:{n}", "title": "Jazz concert"} for n in range(95)] + [{"id": "hall:x", **VAGUE}]
    found, _ = categorize(lines(*records))
    assert [one["id"] for one in found] == [record["id"] for record in records]
    assert found[-1]["scores"] == categorize(lines(records[-1]))[0][0]["scores"]  # six records are no habit


def test_nothing_in_nothing_out(categorize):
    assert categorize(b"") == ([], "")
