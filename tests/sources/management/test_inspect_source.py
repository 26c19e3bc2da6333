import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from pipeline.contract.warnings import REMEDIES

ROOT = Path(__file__).resolve().parents[3]
CALENDAR = ROOT / "tests" / "pipeline" / "fixtures" / "inspect.ics"
NOW = "2026-11-21T12:00:00+00:00"


def run(*args: str, **options: Any) -> tuple[list[str], list[str]]:
    out, err = StringIO(), StringIO()
    call_command("inspect_source", *args, stdout=out, stderr=err, **options)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


def test_json_is_one_normalized_event_a_line_and_the_summary_last() -> None:
    out, err = run(str(CALENDAR), now=NOW, json=True)
    events = [json.loads(line) for line in out]
    assert [event["title"] for event in events] == ["Jazz at the corner"] * 3 + ["Winter fair"]
    assert (events[0]["start"], events[0]["timezone"], events[0]["city"], events[0]["area"]) == (
        "2026-12-05T20:00:00+05:30", "Asia/Kolkata", "bengaluru", "indiranagar",
    )  # fmt: skip
    assert (events[3]["start"], events[3]["end"], events[3]["all_day"]) == ("2026-12-24", "2026-12-26", True)
    summary = json.loads(err[-1])
    assert set(summary) == {"connector", "found", "kept", "dropped", "seconds", "quality"}
    assert (summary["quality"]["events"], summary["quality"]["problems"][0]["gate"]) == (4, "completeness")
    assert summary["found"] == summary["kept"] + sum(summary["dropped"].values()) == 6


def test_without_json_a_line_for_people() -> None:
    out, _ = run(str(CALENDAR), now=NOW)
    assert out[0] == "Sat 2026-12-05 20:00  Jazz at the corner  ·  The Corner"
    assert out[3] == "Thu 2026-12-24        Winter fair  ·  "


BROKEN = [
    {
        "title": "Jazz",
        "start": "2026-12-12T20:00:00+05:30",
        "venue": "Blue Hall",
        "price": "abc",
        "currency": "XYZ",
    },
    {
        "title": "Poems",
        "start": "2026-12-12T20:00:00+05:30",
        "venue": "Blue Hall",
        "latitude": 999,
        "longitude": 77.6,
    },
    {"title": "Chess", "start": "some day", "venue": "Blue Hall"},
]


def test_what_cannot_be_used_is_told_by_field_value_and_remedy(tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(BROKEN))
    out, err = run(str(file), "--city", "bengaluru", now=NOW)
    assert [" ".join(line.split()) for line in out] == [
        "Sat 2026-12-12 20:00 Jazz · Blue Hall",
        f"price: “abc” cannot be used: {REMEDIES['price']}.",
        f"currency: “XYZ” cannot be used: {REMEDIES['currency']}.",
        "Sat 2026-12-12 20:00 Poems · Blue Hall",
        f"latitude: “999” cannot be used: {REMEDIES['latitude']}.",
        "left out Chess · no start",
        f"start: “some day” cannot be used: {REMEDIES['start']}.",
    ]
    problems = [one["remedy"] for one in json.loads(err[-1])["quality"]["problems"]]
    assert "Correct the coordinates: they are not the venue's." in problems


@pytest.mark.parametrize(
    ("args", "reported"),
    [
        (["/nonexistent.ics"], "/nonexistent.ics: No such file or directory"),
        ([str(ROOT)], "Is a directory"),
        ([str(CALENDAR), "--connector", "gopher"], "no connector is called 'gopher'"),
        ([str(CALENDAR), "--now", "yesterday"], "--now yesterday: no ISO 8601 time"),
        ([str(CALENDAR), "--now", "0001-01-01"], "--now 0001-01-01: the year must be"),
        ([str(CALENDAR), "--city", "atlantis"], "--city atlantis: there is no such city"),
        ([str(CALENDAR), "--config", "{"], "--config: "),
        ([str(CALENDAR), "--config", '{"nope": 1}'], "config.nope: "),
        ([str(CALENDAR), "--config", "/nonexistent.json"], "--config: "),
        ([sys.executable], "no connector reads this"),
        (["https://127.0.0.1/feed"], ""),
    ],
)
def test_what_cannot_be_read_is_one_clear_line_and_exit_2(args: list[str], reported: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(*args, json=True)
    assert caught.value.returncode == 2
    assert reported in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_config_must_be_an_object(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text("[1]")
    with pytest.raises(CommandError, match="must be a JSON object, is a list"):
        run(str(CALENDAR), config=str(file))


def test_the_clock_is_local_to_the_city_where_it_says_no_offset() -> None:
    _, err = run(str(CALENDAR), now="2026-11-14T20:59", city="bengaluru", json=True)
    assert "past" not in json.loads(err[-1])["dropped"]
    _, err = run(str(CALENDAR), now="2026-11-14T21:01", city="bengaluru", json=True)
    assert json.loads(err[-1])["dropped"]["past"] == 1


def test_it_runs_as_a_program_without_services_and_stops_when_its_reader_does() -> None:
    command = [sys.executable, "manage.py", "inspect_source", str(CALENDAR), "--now", NOW, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 4)
    assert json.loads(done.stderr.splitlines()[-1])["kept"] == 4
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert "Traceback" not in process.communicate(timeout=300)[1]
