"""This tree beside the last tag: `make bench`, or `python -m benchmarks.compare [--with COMMIT] [--pairs N]`.

A short set that needs no service runs in both trees in turns, with this environment and the same inputs, and is measured by its processor time, which other
work beside disturbs least; an untimed run of each comes first, which writes bytecode. The ratio is the median over pairs. One above 1.1 is measured by twice as
many pairs more; where it stays above, and the best runs differ as much, the exit code is 1. Without a tag this tree stands alone. Last line:
`{"with", "ratios", "fell", "processor_seconds", "load", "reference_seconds"}`.
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.fetch import api_page, calendar
from benchmarks.processor import watched

ROOT: Final = Path(__file__).resolve().parent.parent
#: Processor time may grow so much.
MOST: Final = 1.1
#: Words after `python`; {folder} has the inputs.
MEASURED: Final[Mapping[str, str]] = {
    "list of commands": "manage.py help",
    "start with all models": "manage.py rebuild_search --help",
    "500 events of a calendar": "manage.py inspect_source {folder}/events.ics --now 2026-11-21T06:00:00Z",
    "500 events of JSON": "manage.py inspect_source {folder}/events.json --connector json_feed --now 2026-11-21T06:00:00Z",
    # without the loops that tell the machine's speed, which benchmarks.match runs too
    "match of 10,000 records": "-c 'from benchmarks.match import *; m = default_model(); "
    "judge(Table.of(list(records(10_000)), dict(m.weights)), m)'",
}


@dataclass
class Row:
    """Processor time (seconds) of one measured thing, here and there, pair by pair."""

    here: list[float] = field(default_factory=list)
    there: list[float] = field(default_factory=list)

    def ratio(self) -> float:
        """The median over the pairs; below 1 is faster."""
        return statistics.median(here / there for here, there in zip(self.here, self.there, strict=True))

    def fell(self) -> bool:
        """Whether more processor time is needed than noise explains."""
        return self.ratio() > MOST and min(self.here) > MOST * min(self.there)


def main() -> int:
    """Measure and print the table. Returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--with", dest="other", default="", metavar="COMMIT", help="otherwise the last tag")
    options.add_argument("--pairs", type=int, default=2)
    asked = options.parse_args()
    other = asked.other or last_tag()
    rows = {name: Row() for name in MEASURED}
    with TemporaryDirectory() as folder, tree_of(other, Path(folder) / "tree") as there, watched() as told:
        _write_inputs(Path(folder))
        for name in MEASURED:
            compare(name, rows[name], Path(folder), there, pairs=asked.pairs)
    print(table(rows, other))
    fell = [name for name, row in rows.items() if other and row.fell()]
    ratios = {name: round(row.ratio(), 3) for name, row in rows.items()} if other else {}
    print(json.dumps({"with": other, "ratios": ratios, "fell": fell, **told}))
    return 1 if fell else 0


def last_tag() -> str:
    """The newest tag before this commit; '' where there is none."""
    command = ["git", "describe", "--tags", "--abbrev=0"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


@contextmanager
def tree_of(commit: str, place: Path) -> Iterator[Path | None]:
    """A work tree of a commit, which is removed at the end; None without one. Raises SystemExit where there is no such commit."""
    if not commit:
        yield None
        return
    git = ["git", "worktree"]
    done = subprocess.run(
        [*git, "add", "--detach", place, commit], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"nocturne: {done.stderr.strip().splitlines()[-1]}")
    try:
        yield place
    finally:
        subprocess.run([*git, "remove", "--force", place], cwd=ROOT, check=True)


def compare(name: str, row: Row, folder: Path, there: Path | None, *, pairs: int) -> None:
    """Fill a row: pairs in turns, so that a machine that slows down slows both; more where it looks worse."""
    words = shlex.split(MEASURED[name].format(folder=folder))
    run(words, ROOT)
    if there is None:
        row.here += [run(words, ROOT) for _ in range(pairs)]
        return
    run(words, there)
    for number in range(3 * pairs):
        if number >= pairs and not row.fell():
            break
        if number % 2:
            row.there.append(run(words, there))
        row.here.append(run(words, ROOT))
        if not number % 2:
            row.there.append(run(words, there))


def run(words: list[str], tree: Path) -> float:
    """Seconds of processor time of a command in a tree, its children included. Raises SystemExit where it fails."""
    environment = {**os.environ, "NOCTURNE_MODE": "test", "LOG_LEVEL": "ERROR", "PYTHONPATH": str(tree)}
    before = os.times()
    done = subprocess.run(
        [sys.executable, *words], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    after = os.times()
    if done.returncode:
        raise SystemExit(f"nocturne: {' '.join(words)} in {tree}: {done.stderr.strip()[-500:]}")
    return after.children_user + after.children_system - before.children_user - before.children_system


def table(rows: Mapping[str, Row], other: str) -> str:
    """The figures as Markdown; of the other tree where there is one."""
    if not other:
        lines = ["| processor time, s | here (no tag to compare with) |", "|---|---|"]
        return "\n".join([*lines, *(f"| {name} | {min(row.here):.2f} |" for name, row in rows.items())])
    lines = [
        f"| processor time, s, best of its runs | here | {other} | ratio, median of pairs | pairs |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {min(row.here):.2f} | {min(row.there):.2f} | {row.ratio():.2f}{' **fell**' if row.fell() else ''} | {len(row.here)} |"
        for name, row in rows.items()
    ]
    return "\n".join(lines)


def _write_inputs(folder: Path) -> None:
    (folder / "events.ics").write_bytes(calendar(500))
    (folder / "events.json").write_bytes(api_page(500, 0))


if __name__ == "__main__":
    sys.exit(main())
