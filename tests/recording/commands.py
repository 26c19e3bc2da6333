"""The output of commands for recorded files: inspect_source, categorize, match and evaluate."""

import csv
import gzip
import io
import json
from pathlib import Path

from tests.recording.determinism import NOW
from tests.recording.lines import Recording
from tests.recording.world import command

FOLDERS = ("ics", "rss", "html", "api", "snapshots")
#: So many files of each folder, evenly over its list; None for all.
OF_EACH: int | None = 12
LARGEST = 1_500_000


def record(recording: Recording, data: Path) -> None:
    """Run all of them if the recorded data exists; otherwise record one line that it does not."""
    if not data.is_dir():
        recording.write("files", "no recorded data here")
        return
    for path in _files(data):
        name = str(path.relative_to(data))
        words = ("inspect_source", str(path), f"--now={_moment(path)}", "--base-url=https://example.org/x")
        recording.write("inspect", name, **command(*words))
        recording.write("inspect --json", name, **command(*words, "--json"))
    recording.write("categorize", "labelled", **command("categorize", stdin=_labelled(data)))
    recording.write(
        "categorize --alone", "labelled", **command("categorize", "--alone", stdin=_labelled(data))
    )
    conferences = data / "dedup" / "conferences" / "dev"
    records = conferences / "records.csv"
    recording.write("match --all", records.name, **command("match", "--all", str(records)))
    words = ("evaluate", "duplicates", str(records), f"--gold={conferences / 'gold_pairs.csv'}")
    recording.write(
        "evaluate", "duplicates", **command(*words, f"--ignore={conferences / 'ignore_pairs.csv'}")
    )
    labels = data / "labels"
    recording.write(
        "evaluate",
        "categories",
        **command(
            "evaluate",
            "categories",
            str(labels / "labelled_events_dev.csv.gz"),
            f"--labels={labels / 'label_map.csv'}",
        ),
    )


def _files(data: Path) -> list[Path]:
    found = []
    for folder in FOLDERS:
        paths = sorted(
            path for path in (data / folder).rglob("*") if path.is_file() and path.stat().st_size < LARGEST
        )
        step = 1 if OF_EACH is None else max(len(paths) // OF_EACH, 1)
        found += paths[step // 2 :: step]
    return found


def _moment(path: Path) -> str:
    """The clock for a file: most files have events of years long past."""
    raw = path.read_bytes()
    years = [
        int(raw[at : at + 4])
        for at in range(len(raw) - 4)
        if raw[at : at + 2] == b"20" and raw[at : at + 4].isdigit()
    ]
    years = sorted(year for year in years if 2000 <= year <= NOW.year)
    return f"{years[len(years) // 2] if years else NOW.year}-01-02T00:00:00+00:00"


def _labelled(data: Path) -> str:
    """Every fortieth labelled event, in the command's input format."""
    csv.field_size_limit(10**9)
    out = io.StringIO()
    with gzip.open(data / "labels" / "labelled_events_dev.csv.gz", "rt") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if number % 40 == 0:
                out.write(json.dumps({**row, "id": f"{row['source']}:{row['id']}"}) + "\n")
    return out.getvalue()
