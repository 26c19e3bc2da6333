"""`python -m tests.recording OUT.ndjson`, or `--compare BEFORE AFTER`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from tests.data import SHARED

PARTS = ("pages", "live", "desk", "commands")


def main(words: list[str]) -> int:
    """Record, or compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.recording", description=__doc__)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("BEFORE", "AFTER"))
    parser.add_argument("--only", action="append", choices=PARTS, help="this part alone; may be given again")
    parser.add_argument("--data", type=Path, default=SHARED, help="the recorded files (default: %(default)s)")
    options = parser.parse_args(words)
    if options.compare:
        from tests.recording.comparing import compare

        return 1 if compare(*options.compare) else 0
    if options.out is None:
        parser.error("name the file to write")
    if (
        os.environ.get("PYTHONHASHSEED") != "0"
    ):  # unfold joins words out of sets; their order shall be the same
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.recording", *words])
    with options.out.open("w") as out:
        _record(out, options.only or PARTS, options.data)
    return 0


def _record(out: IO[str], parts: Sequence[str], data: Path) -> None:
    from tests.recording import determinism

    determinism.prepare()
    from tests import environment

    environment.prepare()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from tests.recording import commands, desk, lines, live, pages, world

    recording = lines.Recording(out)
    if "commands" in parts:
        commands.record(recording, data)
    if set(parts) == {"commands"}:
        return
    with determinism.frozen(), world.database():
        from django.core.cache import cache

        from config.celery import app

        cache.clear()
        app.conf.task_always_eager = True
        world.fill(recording)
        if "pages" in parts:
            pages.record(recording)
        if "desk" in parts:
            desk.record(recording)
        if "live" in parts:
            asyncio.run(live.record(recording))
            desk.record(recording, "desk after")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
