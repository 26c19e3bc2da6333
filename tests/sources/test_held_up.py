"""An answer that blocks every reader, with real workers and a real site.

Lost runs are restarted and alerts sent meanwhile, and the answer becomes a dead letter.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import psutil
import pytest
from django.core.cache import cache
from django.db.models import F
from django.utils.timezone import now as clock
from pytest_httpserver import HTTPServer

from sources import tasks
from sources.enums import Phase, RunState
from sources.models import Alert, DeadLetter, FetchRun, Source
from sources.monitoring.alerts import raise_alert
from sources.runs.claim import AlreadyRunning, open_run
from sources.runs.progress import SILENT, enter_phase
from tests.chaos import _let_time_pass
from tests.factories import make_staff
from tests.sources.feeds import calendar, feed_source, many

pytestmark = pytest.mark.django_db(transaction=True)
#: Seconds after which something is taken to have failed; on a busy machine workers need half a minute to
#: start.
PATIENCE = 240.0
#: A fetching worker as the Procfile starts it, and the notifier as its child. The reader of calendars never
#: ends; deaf, it looks for no signal, as code in C.
_WORKERS = """
import os, sys, django
django.setup()
from contextlib import nullcontext
from pipeline import budget
from pipeline.connectors.formats.ical import ICal
def forever(*_):
    with budget.unbroken() if sys.argv[1] == "deaf" else nullcontext():
        while True: pass
ICal.read, budget.HARD_AFTER = forever, 1.0
from config.celery import app
kind = ["fetch", "fetch,scrape", "prefork"] if os.fork() else ["notify", "notify", "threads"]
app.worker_main(["worker", "-n", kind[0] + "@%h", "-Q", kind[1], "-P", kind[2], "-c", "2", "-l", "CRITICAL", "--without-gossip", "--without-mingle",
                 "--without-heartbeat"])
"""
#: The notifier, and two children that can be lost.
CHILDREN = 3


@contextmanager
def workers(environment: dict[str, str], how: str) -> Iterator[psutil.Process]:
    """Both workers; yields the fetching one."""
    first = subprocess.Popen([sys.executable, "-W", "ignore", "-c", _WORKERS, how], env=environment)
    try:
        yield psutil.Process(first.pid)
    finally:
        for process in (
            first,
            *psutil.Process(first.pid).children(recursive=True),
        ):  # at once: one of them would never end
            process.kill()
        first.wait(PATIENCE)


def _wait(question: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not question():
        assert time.monotonic() < end, f"{what}: not within {PATIENCE:.0f} s"
        time.sleep(0.05)


@pytest.fixture
def site(httpserver: HTTPServer, child_environment: dict[str, str]) -> tuple[Source, dict[str, str]]:
    """The source, and the environment for workers that may fetch from it."""
    cache.clear()
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/endless.ics").respond_with_data(
        calendar(many(3)), content_type="text/calendar"
    )
    environment = {**child_environment, "EGRESS_ALLOW_LOOPBACK": "1", "EGRESS_ALLOWED_PORTS": str(httpserver.port), "LOG_LEVEL": "CRITICAL",
                   "READ_SECONDS_PER_PAYLOAD": "1"}  # fmt: skip
    return feed_source(
        "endless", config={"url": httpserver.url_for("/endless.ics")}, is_active=True
    ), environment


def begin(source: Source) -> FetchRun:
    """Start a run, or take the one that the worker started: after a loss the source is due at once, and a
    message that arrives again starts due sources.
    """
    source.refresh_from_db()
    try:
        run = open_run(source, requested_by="test", now=clock())
    except AlreadyRunning:
        return FetchRun.objects.get(source=source, state=RunState.RUNNING)
    tasks.fetch_run.delay(str(run.pk))
    return run


def ended(run: FetchRun) -> bool:
    run.refresh_from_db()
    return run.state != RunState.RUNNING


def lost_run() -> FetchRun:
    """A run whose process was lost long ago."""
    run = open_run(feed_source("lost"), requested_by="test", now=clock())
    assert enter_phase(run, Phase.FETCHING, out_of=(Phase.QUEUED,))
    FetchRun.objects.filter(pk=run.pk).update(heartbeat_at=clock() - 2 * SILENT)
    return run


def lose(run: FetchRun, worker: psutil.Process) -> None:
    """Wait until the kernel has ended the run's process and another replaced it.

    Then make the run's silence old enough.
    """
    before = set(worker.children())
    _wait(lambda: not before <= set(worker.children()), "the process is ended")
    FetchRun.objects.filter(pk=run.pk).update(heartbeat_at=F("heartbeat_at") - SILENT)
    tasks.process_stuck_runs.delay()
    _wait(partial(ended, run), "the run is released")
    _let_time_pass()


def test_while_an_answer_holds_its_reader_lost_runs_are_rescued_and_operators_told(
    site: tuple[Source, dict[str, str]],
) -> None:
    make_staff(email="operator@example.org")
    source, environment = site
    with workers({**environment, "READ_SECONDS_PER_PAYLOAD": "1000"}, "hears"):
        held, lost = begin(source), lost_run()
        _wait(
            lambda: not FetchRun.objects.filter(pk=held.pk, progress__phase="queued").exists(),
            "the fetch begins",
        )
        raise_alert("test", "Something is wrong")
        tasks.process_stuck_runs.delay()
        tasks.notify_operators.delay()
        _wait(partial(ended, lost), "the lost run is rescued")
        _wait(lambda: Alert.objects.filter(key="test", told_at__isnull=False).exists(), "operators are told")
        assert not ended(held)


def test_a_worker_breaks_off_what_never_ends_and_sets_the_answer_aside(
    site: tuple[Source, dict[str, str]],
) -> None:
    source, environment = site
    with workers(environment, "hears"):
        run = begin(source)
        _wait(partial(ended, run), "the run ends")
    assert (run.error_code, DeadLetter.objects.get().reason) == ("set aside", "out of time in reading")


def test_what_hears_no_signal_is_ended_by_the_kernel_twice_and_a_dead_letter(
    site: tuple[Source, dict[str, str]],
) -> None:
    source, environment = site
    with workers(environment, "deaf") as worker:
        for _ in range(2):
            _wait(lambda: len(worker.children()) >= CHILDREN, "the worker has its children")
            lose(begin(source), worker)
        last = begin(source)
        _wait(partial(ended, last), "the answer is refused")
    assert (last.error_code, DeadLetter.objects.get().reason) == ("set aside", "ended its process in reading")
