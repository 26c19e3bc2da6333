"""One of fifty sources never answers: the other 49 are fetched when they are due.

Real HTTP, a pool of threads as workers.
"""

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.utils.timezone import now as clock
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from sources import tasks
from sources.enums import RunState
from sources.models import FetchRun, Source
from tests.sources.feeds import calendar, feed_source, reported

pytestmark = pytest.mark.django_db(transaction=True)
SOURCES, WORKERS, PATIENCE = 50, 4, 60.0


class Pool:
    """Replaces the fetch worker: so many threads that take tasks from one queue."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[str | None] = queue.Queue()
        self.left: queue.Queue[str] = queue.Queue()

    @contextmanager
    def working(self) -> Iterator["Pool"]:
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        yield self
        for _ in threads:
            self.waiting.put(None)
        for thread in threads:
            thread.join(PATIENCE)

    def _work(self) -> None:
        while (run_id := self.waiting.get()) is not None:
            tasks.fetch_run(run_id)
            self.left.put(run_id)
        connections.close_all()


@pytest.fixture
def hosts(httpserver: HTTPServer) -> Iterator[HTTPServer]:
    """One server on every address of 127.0.0.0/8, so that each source has a host of its own."""
    with HTTPServer(host="0.0.0.0", threaded=True) as server:  # noqa: S104 - a test's own server
        yield server


def test_a_hanging_source_leaves_the_other_49_fresh(
    hosts: HTTPServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, {hosts.port}
    released, hangs = threading.Event(), threading.Event()

    def hang(_: Request) -> Response:
        hangs.set()
        released.wait(PATIENCE)
        return Response(status=404)

    hosts.expect_request("/robots.txt").respond_with_data("", status=404)
    hosts.expect_request("/hangs.ics").respond_with_handler(hang)
    hosts.expect_request("/feed.ics").respond_with_data(calendar([reported(1)]), content_type="text/calendar")
    for number in range(SOURCES):
        path = "hangs.ics" if number == 0 else "feed.ics"
        address = f"http://127.0.0.{number + 2}:{hosts.port}/{path}"
        feed_source(
            f"source-{number}",
            config={"url": address},
            is_active=True,
            priority=9 if number == 0 else 0,
            next_fetch_at=clock(),
        )
    pool, processed = Pool(), queue.Queue[str]()
    monkeypatch.setattr(tasks.fetch_run, "delay", pool.waiting.put)
    monkeypatch.setattr(tasks.process_run, "delay", processed.put)
    monkeypatch.setattr(tasks, "is_on", lambda flag: True)
    with pool.working():
        assert tasks.fetch_due_sources() == SOURCES
        assert hangs.wait(PATIENCE)
        fetched = {processed.get(timeout=PATIENCE) for _ in range(SOURCES - 1)}
        hanging = FetchRun.objects.get(source__slug="source-0")
        assert hanging.state == RunState.RUNNING  # it hangs still
        assert len(fetched - {str(hanging.id)}) == SOURCES - 1
        # a worker looks for what is due once more after each fetch: none may still be looking when the rows
        # below are changed
        assert {pool.left.get(timeout=PATIENCE) for _ in range(SOURCES - 1)} == fetched
        # its next tick, with the one still hanging: all the others again, and that one is not asked a second
        # time
        with ThreadPoolExecutor(4) as processors:
            list(processors.map(process, fetched))
        FetchRun.objects.exclude(pk=hanging.pk).delete()
        Source.objects.exclude(slug="source-0").update(next_fetch_at=clock() - timedelta(minutes=1))
        tasks.fetch_due_sources()  # a worker that has just made room may have opened some of them before
        again = {processed.get(timeout=PATIENCE) for _ in range(SOURCES - 1)}
        assert (
            FetchRun.objects.filter(pk__in=again).exclude(pk=hanging.pk).values("source").distinct().count()
            == SOURCES - 1
        )
        assert FetchRun.objects.filter(source__slug="source-0").count() == 1
        released.set()
    hanging.refresh_from_db()
    assert hanging.state == RunState.REFUSED


def process(run_id: str) -> None:
    """The second half, as in the process worker; here it only has to end."""
    try:
        FetchRun.objects.filter(pk=run_id).update(state=RunState.SUCCESS, finished_at=clock())
        Source.objects.filter(runs__pk=run_id).update(
            claimed_until=None, next_fetch_at=clock() + timedelta(hours=1)
        )
    finally:
        connection.close()
