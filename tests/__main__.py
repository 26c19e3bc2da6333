"""`python -m tests [--fast] [pytest's arguments]`: what `make test` and `make test-fast` run. Without arguments
all tests, and the gate on coverage.

Tests run in as many processes as the machine has cores, at most four; in one where arguments choose some.
NOCTURNE_TEST_PROCESSES sets another number. pytest's closing line is held back until coverage has been measured, so that it is the last one; pytest's exit
code is kept, and a gate that fails makes an otherwise good run fail.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import chrome, line_coverage

#: More share the two servers without gain.
MOST_PROCESSES = 4
SLOWEST_SHOWN = 30
#: What `--fast` leaves out: the markers of `pyproject.toml`.
SLOW = ("browser", "chaos", "benchmark", "long", "pump")

#: A part of pytest's row of dots, perhaps in colour.
PROGRESS = re.compile(rb"(?:\x1b\[[0-9;]*m|[.sxXFE])+")


def run_pytest(words: list[str], *, coverage: Path | None) -> tuple[int, str]:
    """Run pytest and show its output at once, except the last line. Returns its exit code and that line.

    `coverage`: the folder for what the processes measure, None to measure nothing.
    """
    before = [sys.executable, "-m", "pytest", *(["-p", line_coverage.__name__] if coverage else [])]
    variables = {line_coverage.FOLDER_VARIABLE: str(coverage)} if coverage else {}
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    child = subprocess.Popen(
        [*before, *colour, *words], env={**os.environ, **variables}, stdout=subprocess.PIPE, bufsize=0
    )
    assert child.stdout is not None
    fd = child.stdout.fileno()
    closing = show_all_but_last(iter(lambda: os.read(fd, 65536), b""))
    return child.wait(), closing


def show_all_but_last(chunks: Iterable[bytes]) -> str:
    """Write output at once, also incomplete lines, except the last line; return that one."""
    held = b""
    out = sys.stdout.buffer
    for chunk in chunks:
        text = held + chunk
        cut = text.rstrip(b"\n").rfind(b"\n") + 1
        held = b"" if PROGRESS.fullmatch(text[cut:]) else text[cut:]
        out.write(text[: len(text) - len(held)])
        out.flush()
    return held.decode(errors="replace").rstrip("\n")


def processes(*, all_tests: bool) -> int:
    """How many processes run tests."""
    if wish := os.environ.get("NOCTURNE_TEST_PROCESSES"):
        return int(wish)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_PROCESSES, cores) if all_tests else 1


def arguments(words: list[str]) -> list[str]:
    """pytest's arguments: `words`, exclusions of slow tests for `--fast`, the number of processes."""
    some = [word for word in words if word != "--fast"]
    number = processes(all_tests=not some)
    return [
        f"--durations={SLOWEST_SHOWN}",
        *(["-n", str(number)] if number > 1 else []),
        *(["-m", f"not ({' or '.join(SLOW)})"] if "--fast" in words else []),
        *some,
    ]


def failed_gate(coverage: Path) -> int:
    """Show the lines that were not run. Returns 2 where too few were, else 0."""
    percent = line_coverage.report(coverage)
    print(f"nocturne: {percent:.2f} % of the lines were run, asked are {line_coverage.GATE} %", flush=True)
    return 0 if percent >= line_coverage.GATE else 2


def main(words: list[str]) -> int:
    """Install a browser, run the tests, apply the gate, print the closing line last."""
    if "--fast" not in words and chrome.main():
        return 1
    if words:
        code, closing = run_pytest(arguments(words), coverage=None)
        gate = 0
    else:
        with TemporaryDirectory(prefix="nocturne-coverage-") as folder:
            code, closing = run_pytest(arguments(words), coverage=Path(folder))
            gate = failed_gate(Path(folder))
    print(closing, flush=True)
    return code or gate


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
