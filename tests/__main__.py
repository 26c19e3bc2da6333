"""`python -m tests [pytest's arguments]`: what `make test` runs. Without arguments all tests, and the gate on
coverage.

pytest's closing line is held back until coverage has been measured, so that it is the last one; pytest's exit
code is kept, and a gate that fails makes an otherwise good run fail.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable

from tests import chrome

#: A part of pytest's row of dots, perhaps in colour.
PROGRESS = re.compile(rb"(?:\x1b\[[0-9;]*m|[.sxXFE])+")


def run_pytest(words: list[str], *, measure: bool) -> tuple[int, str]:
    """Run pytest, show what it says as it comes, hold its last line back. Gives its exit code and that
    line."""
    before = [sys.executable, "-m", *(["coverage", "run", "-m"] if measure else []), "pytest"]
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    child = subprocess.Popen([*before, *colour, *words], stdout=subprocess.PIPE, bufsize=0)
    assert child.stdout is not None
    fd = child.stdout.fileno()
    closing = show_all_but_last(iter(lambda: os.read(fd, 65536), b""))
    return child.wait(), closing


def show_all_but_last(chunks: Iterable[bytes]) -> str:
    """Write what comes at once, a growing row of dots too, except the last line; give that one."""
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
    """Combine what all processes wrote, show what is not covered, give the gate's exit code (0 or 2)."""
    subprocess.run([sys.executable, "-m", "coverage", "combine", "-q"], check=False)
    return subprocess.run([sys.executable, "-m", "coverage", "report"], check=False).returncode


def main(words: list[str]) -> int:
    """Install a browser, run the tests, apply the gate, print the closing line last."""
    if chrome.main():
        return 1
    measure = not words
    if measure:
        subprocess.run([sys.executable, "-m", "coverage", "erase"], check=False)
    code, closing = run_pytest(words, measure=measure)
    gate = measure_coverage() if measure else 0
    if gate:
        print("nocturne: the coverage of lines is below the gate (pyproject.toml, fail_under)", flush=True)
    print(closing, flush=True)
    return code or gate


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
