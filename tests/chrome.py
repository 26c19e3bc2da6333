"""Find a Chromium for the tests; `python -m tests.chrome` installs one where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium: install one (Debian as root: apt-get install chromium; elsewhere: .venv/bin/python -m playwright install chromium)"


def find_chromium() -> str | None:
    """The path of a Chromium: on PATH, else Playwright's own, else None."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install_chromium(call: Callable[[list[str]], int]) -> str | None:
    """Install one by Debian's package as root, else by Playwright; give its path, None when neither
    worked."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        call(["apt-get", "update", "-qq"])
        call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
        if found := find_chromium():
            return found
    call([sys.executable, "-m", "playwright", "install", "chromium"])
    return find_chromium()


def _call(words: list[str]) -> int:
    return subprocess.run(
        words, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    ).returncode


def main() -> int:
    """Exit 0 with a Chromium there, else 1 with one line."""
    if find_chromium() or install_chromium(_call):
        return 0
    print(f"nocturne: {MISSING}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
