"""Reading outside data and supervising it never happen in one worker process."""

import fnmatch
import shlex
from typing import Final

import pytest
from honcho.environ import parse_procfile

from config.celery import QUEUES, READING, ROUTES, WATCH, app
from config.embedded.paths import PROJECT
from config.schedule import SCHEDULE

PROCFILE: Final = dict(parse_procfile((PROJECT / "Procfile").read_text()).processes)
app.loader.import_default_modules()
OURS: Final = sorted(name for name in app.tasks if not name.startswith("celery."))
#: What must go on while some answer or record holds whatever reads it.
WATCHES: Final = (
    "sources.tasks.fetch_due_sources", "sources.tasks.process_stuck_runs", "sources.tasks.process_inboxes", "sources.tasks.process_health",
    "sources.tasks.notify_operators", "digests.tasks.send_due_digests", "digests.tasks.send_deliveries", "outbox.tasks.number_changes",
)  # fmt: skip
#: What looks into answers, records, pictures or texts from outside.
READS: Final = (
    "sources.tasks.fetch_run", "sources.tasks.scrape_run", "sources.tasks.process_run", "sources.tasks.process_inbox", "sources.tasks.process_lab",
    "sources.tasks.process_validation", "sources.tasks.process_series", "sources.tasks.process_rematch", "sources.tasks.fetch_samples",
    "events.tasks.fetch_pictures", "events.tasks.embed_missing", "places.tasks.geocode_missing",
)  # fmt: skip


def queue_of(task: str) -> str:
    """The queue by the table, '' where no line matches."""
    return next(
        (route["queue"] for pattern, route in ROUTES.items() if fnmatch.fnmatchcase(task, pattern)), ""
    )


def options(process: str) -> dict[str, str]:
    words = shlex.split(PROCFILE[process])
    return {
        word: following for word, following in zip(words, words[1:], strict=False) if word.startswith("-")
    }


def test_every_queue_either_reads_from_outside_or_watches() -> None:
    assert set(QUEUES) == READING | WATCH
    assert not READING & WATCH


@pytest.mark.parametrize("task", OURS)
def test_every_task_has_a_queue_in_the_table(task: str) -> None:
    assert queue_of(task) in QUEUES
    assert app.amqp.router.route({}, task)["queue"].name == queue_of(task)


@pytest.mark.parametrize("task", WATCHES)
def test_what_watches_runs_where_nothing_reads(task: str) -> None:
    assert queue_of(task) in WATCH


@pytest.mark.parametrize("task", READS)
def test_what_reads_runs_where_nothing_watches(task: str) -> None:
    assert queue_of(task) in READING


def test_every_periodic_job_is_a_task_that_there_is() -> None:
    assert {job["task"] for job in SCHEDULE.values()} <= set(OURS)


def test_no_process_serves_queues_of_both_kinds_and_what_reads_has_children_to_lose() -> None:
    for process in (name for name, command in PROCFILE.items() if "-Q" in command):
        queues = set(options(process)["-Q"].split(","))
        assert queues <= READING or queues <= WATCH
        assert options(process)["-P"] == "prefork" or queues <= WATCH
