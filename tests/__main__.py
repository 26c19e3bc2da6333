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

from tests import chrome

#: More share the two servers without gain.
MOST_PROCESSES = 4
SLOWEST_SHOWN = 30
#: What `--fast` leaves out: the markers of `pyproject.toml`.
SLOW = ("browser", "chaos", "benchmark", "long", "pump")

#: A part of pytest's row of dots, perhaps in colour.
PROGRESS = re.compile(rb"(?:\x1b\[[0-9;]*m|[.sxXFE])+")


def run_pytest(words: list[str], *, measure: bool) -> tuple[int, str]:
    """Run pytest and show its output at once, except the last line. Returns its exit code and that line."""
    before = [sys.executable, "-m", *(["coverage", "run", "-m"] if measure else []), "pytest"]
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    child = subprocess.Popen([*before, *colour, *words], stdout=subprocess.PIPE, bufsize=0)
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


def measure_coverage() -> int:
    """Combine the data of all processes, show uncovered lines, return the gate's exit code (0 or 2)."""
    subprocess.run([sys.executable, "-m", "coverage", "combine", "-q"], check=False)
    return subprocess.run([sys.executable, "-m", "coverage", "report"], check=False).returncode


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


def main(words: list[str]) -> int:
    """Install a browser, run the tests, apply the gate, print the closing line last."""
    if "--fast" not in words and chrome.main():
        return 1
    measure = not words
    if measure:
        subprocess.run([sys.executable, "-m", "coverage", "erase"], check=False)
    code, closing = run_pytest(arguments(words), measure=measure)
    gate = measure_coverage() if measure else 0
    if gate:
        print("nocturne: the coverage of lines is below the gate (pyproject.toml, fail_under)", flush=True)
    print(closing, flush=True)
    return code or gate


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
