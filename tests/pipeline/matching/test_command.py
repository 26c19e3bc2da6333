"""`manage.py match`."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROWS = """title,start,id,city,source,color
Food Festival at Indiranagar,2026-12-12T18:00:00,1,Bengaluru,a,red
Indiranagar Food Festival,2026-12-12T18:30:00,2,Bengaluru,b,blue
Raga at Dusk,2026-12-12T18:30:00,3,Bengaluru,b,blue
,2026-12-12,4,Bengaluru,b,
Raga,whenever,5,,b,
"""


def run(path: Path, **options: object) -> tuple[list[dict[str, str]], str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("match", str(path), stdout=out, stderr=err, **options)
    return list(csv.DictReader(io.StringIO(out.getvalue()))), err.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "records.csv").write_text(ROWS)
    return tmp_path / "records.csv"


def test_pairs_as_csv_and_bad_rows_by_line(path: Path) -> None:
    (pair,), err = run(path)
    assert list(pair) == ["id1", "id2", "score", "reasons"]
    assert (pair["id1"], pair["id2"]) == ("1", "2")
    assert 0.5 < float(pair["score"]) <= 1
    assert "line 5: no title" in err
    assert err.splitlines()[-1] == "1 pairs to merge, 0 to ask about, 2 bad rows"


def test_all_adds_the_decision(path: Path) -> None:
    pairs, _ = run(path, ask=True)
    assert list(pairs[0]) == ["id1", "id2", "score", "reasons", "decision"]
    assert pairs[0]["decision"] == "merge"


def test_all_shows_what_a_moderator_would_be_asked(tmp_path: Path) -> None:
    rows = """id,source,title,start,city
1,a,Harbour Farmers Market,2026-07-04,Oslo
2,b,Harbour Farmers Market,2026-07-05,Oslo
"""
    (tmp_path / "r.csv").write_text(rows)
    assert run(tmp_path / "r.csv")[0] == []
    assert [pair["decision"] for pair in run(tmp_path / "r.csv", ask=True)[0]] == ["ask"]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(ROWS))
    assert len(run(Path("-"))[0]) == 1


@pytest.mark.parametrize("content", [None, "<html>\n<body>", ""])
def test_what_cannot_be_read_is_one_line_and_exit_2(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "x.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CommandError) as caught:
        run(path)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)
