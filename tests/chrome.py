"""Finds and starts a Chromium for the tests; `python -m tests.chrome` installs one if there is none."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
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
    """Install one by Debian's package as root, else by Playwright.

    Returns its path, None when neither worked.
    """
    if os.geteuid() == 0 and shutil.which("apt-get"):
        call(["apt-get", "update", "-qq"])
        call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
        if found := find_chromium():
            return found
    call([sys.executable, "-m", "playwright", "install", "chromium"])
    return find_chromium()


@contextmanager
def served(path: str, folder: Path) -> Iterator[str]:
    """Run a Chromium for Playwright's clients; yields its address. `folder` stores its settings."""
    config = {
        "executablePath": path,
        "host": "127.0.0.1",
        "args": [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS,
    }
    (folder / "launch.json").write_text(json.dumps(config))
    words = ["playwright", "launch-server", "--browser=chromium", f"--config={folder / 'launch.json'}"]
    server = subprocess.Popen(
        [sys.executable, "-m", *words], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        os.killpg(
            server.pid, signal.SIGTERM
        )  # Playwright's own program is a child of the one that was started
        server.wait()


def _call(words: list[str]) -> int:
    return subprocess.run(
        words, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    ).returncode


def main() -> int:
    """Exit code 0 with a Chromium, else 1 with one line."""
    if find_chromium() or install_chromium(_call):
        return 0
    print(f"nocturne: {MISSING}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
