"""A small database.

Cities, categories, all samples, and our own calendars, pages and lists, made by commands.
"""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test.runner import DiscoverRunner
from django.test.utils import setup_test_environment

from tests import environment
from tests.recording.determinism import NOW

FILES = Path(__file__).parent / "files"


@contextmanager
def database() -> Iterator[None]:
    """Services and an empty migrated database, removed at the end."""
    services = environment.services()
    services.acquire()
    try:
        setup_test_environment(debug=False)
        runner = DiscoverRunner(verbosity=0, interactive=False)
        made = runner.setup_databases()
        yield
        _end_other_sessions()
        runner.teardown_databases(made)
    finally:
        services.release(keep=False)


def _end_other_sessions() -> None:
    """End the sessions of the recording threads."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def command(*words: str, stdin: str | None = None, **options: Any) -> dict[str, str]:
    """The output of a command of manage.py, and how it ends."""
    out, error = io.StringIO(), io.StringIO()
    ended, before = "", sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO((stdin or "").encode()), encoding="utf-8")
    try:
        call_command(*words, stdout=out, stderr=error, **options)
    except (Exception, SystemExit) as failure:  # how a command fails is part of the record
        ended = f"{type(failure).__name__}: {failure}"
    finally:
        sys.stdin = before
    return {"stdout": out.getvalue(), "stderr": error.getvalue(), "ended": ended}


def run_task(name: str) -> Any:
    """Run a task by its name, synchronously."""
    from config.celery import app

    app.loader.import_default_modules()
    return app.tasks[name].apply(throw=True).get()


def load(name: str, source: str, *more: str) -> dict[str, str]:
    """Load one of our files as a run of a source."""
    reported = command(
        "load", str(FILES / name), f"--source={source}", "--city=bengaluru", f"--now={NOW.isoformat()}", *more
    )
    for line in reported["stdout"].splitlines():
        json.loads(line)
    return reported


def fill(recording: Any) -> None:
    """Load the data of a first start and our own files, and run the periodic tasks."""
    for words in (
        ["ensure_roles"],
        ["load_cities"],
        ["load_categories"],
        ["seed_sources"],
        ["samples", "load"],
    ):
        recording.write("fill", " ".join(words), **command(*words))
    for name, source, *more in (
        ("calendar.ics", "club", "--trust=trusted"),
        ("calendar.ics", "copy", "--trust=doubtful"),
        ("feed.rss", "paper", "--connector=rss"),
        ("page.html", "page", "--base-url=https://page.example/events", "--trust=normal"),
        ("list.json", "list", "--trust=normal"),
    ):
        recording.write("fill", f"load {name} {source}", **load(name, source, *more))
    for name in TASKS:
        recording.write("task", name, result=run_task(name))


TASKS = (
    "outbox.tasks.number_changes",
    "events.tasks.embed_missing",
    "sources.tasks.process_rematch",
    "places.tasks.liken_places",
    "sources.tasks.process_health",
    "sources.tasks.process_series",
)
