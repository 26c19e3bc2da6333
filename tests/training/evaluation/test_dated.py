"""`manage.py evaluate files`: which files with dated events yield at least one."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.training.evaluation.test_fields import FEED, ICS, PAGE
from training.evaluation.dated import dated_file

WORDS = "<h1>Meetings</h1><p>January 9, 2019</p><p>10:00 A.M.</p>"
SCHEDULE = "<h2>2025 Meeting Schedule</h2><p>at 9 a.m.</p><p>January 17<p>July 18<p>March 21"
JSON = '[{"title": "Songs", "date": "2026-03-14", "venue": "The Blue Room"}]'


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("x.ics", ICS, "calendar"),
        ("x.ics", ICS.replace("SUMMARY", "X-SUMMARY"), None),
        ("x.html", PAGE, "markup"),
        ("x.html", WORDS, "words"),
        ("x.html", SCHEDULE, "words"),
        ("x.html", "<p>News of January 9, 2019</p>", None),
        ("x.html", "<p>11/10/2019 10 am</p>", None),
        ("x.xml", FEED, "feed"),
        ("x.json", JSON, "json"),
        ("x.json", '{"name": "A post", "date": "2026-03-14"}', None),
        ("x.json", '{"name": "Ann", "email": "ann@example.org", "startDate": "2026-03-14"}', None),
        ("x.json", "[", None),
        ("x.txt", "March 14, 2026 8 pm", None),
    ],
)
def test_a_file_tells_dated_events_in_one_kind(tmp_path, name, content, kind):
    (tmp_path / name).write_text(content)
    found = dated_file(tmp_path / name, tmp_path)
    assert (found.kind if found else None) == kind


def test_files_that_yield_nothing_are_named_with_the_reason(tmp_path):
    files = {
        "ics/a.ics": ICS,
        "api/b.json": JSON,
        "html/c.html": "<p>Jo was born on January 9, 2019, 10 am</p>",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(content)
    rows = ["local path\towner/repo", *(f"{name}\ta/d" for name in files)]
    (tmp_path / "MANIFEST.tsv").write_text("\n".join(rows) + "\n")
    figures = evaluated(tmp_path)
    assert (figures["files"], figures["share"], figures["kinds"]["words"]["share"]) == (3, 0.6667, 0)
    assert list(figures["nothing"]) == ["html/c.html"]
    assert "no event markup" in figures["nothing"]["html/c.html"]


def evaluated(data: Path) -> dict[str, Any]:
    out = StringIO()
    call_command("evaluate", "files", str(data), stdout=out)
    return dict(json.loads(out.getvalue()))
