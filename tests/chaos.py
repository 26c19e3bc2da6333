"""Chaos: a real worker is killed with SIGKILL at random moments of fetching and processing, then a new one
continues.

`check` verifies the result. `make chaos` does 200 runs, `make test` 5 of them
(`tests/sources/test_chaos.py`). SEED chooses the moments. The tests do not wait for lost runs to be detected:
their heartbeat is set back by 90 seconds, as `release_stuck` expects, and the host's connection, which a
killed fetch holds in Valkey for 65 seconds, is released.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import redis
from django.conf import settings
from django.db.models import Count, F
from django.utils.timezone import now as clock
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from events.models import Event, Listing
from sources import tasks
from sources.enums import Phase, RunState, StagedState
from sources.models import FetchRun, Source, StagedEvent
from sources.runs.claim import open_run
from sources.runs.progress import SILENT
from sources.runs.release import release_stuck
from sources.triggers.due import start_due
from tests.sources.feeds import calendar, feed_source, reported

#: Events of one feed, and of one batch: several batches, so that a kill can fall between them.
EVENTS, BATCH = 24, 5
#: Shares of the kills that find the request hanging, and the run still in the queue.
IN_FETCH, IN_QUEUE = 0.3, 0.1
PATIENCE = 60.0


class Worker:
    """A real worker process, which can be killed and replaced."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "tests.chaos_worker"]
        pipe = subprocess.PIPE
        self._nursery = subprocess.Popen(
            command, env=environment, stdin=pipe, stdout=pipe, text=True, bufsize=1
        )
        self._pid = 0
        self.kills = 0

    def start(self) -> None:
        """Another worker."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write("fork\n")
        self._pid = int(self._nursery.stdout.readline())

    def kill(self) -> None:
        """Send SIGKILL and wait for the end. No handler runs, and nothing is cleaned up."""
        os.kill(self._pid, signal.SIGKILL)
        _wait(lambda: not _lives(self._pid), "the worker dies")
        self.kills += 1

    @contextmanager
    def running(self) -> Iterator["Worker"]:
        """Run a worker during the block."""
        try:
            self.start()
            yield self
        finally:
            assert self._nursery.stdin is not None
            self._nursery.stdin.close()
            self._nursery.wait(PATIENCE)


@dataclass(kw_only=True)
class Feed:
    """A calendar on loopback that gets a new event in each round, so that every run has something to record."""

    server: HTTPServer
    path: str
    rounds: int = 0
    answers: threading.Event = field(default_factory=threading.Event)

    def respond(self, request: Request) -> Response:
        """The calendar; while `answers` is cleared the request hangs, so that its worker can be killed in the
        midst of it."""
        self.answers.wait(PATIENCE)
        return Response(self.content, content_type="text/calendar")

    @property
    def expected(self) -> set[str]:
        return {reported(number).uid for number in range(EVENTS + self.rounds * 3)}

    @property
    def content(self) -> bytes:
        later = timedelta(days=3)
        now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        return calendar(
            [
                reported(number, start=now + later + timedelta(hours=7 * number))
                for number in range(EVENTS + self.rounds * 3)
            ]
        )

    def publish(self) -> Source:
        """The feed, and the source that reads it."""
        self.answers.set()
        self.server.expect_request(self.path).respond_with_handler(self.respond)
        return feed_source(
            self.path.strip("/").replace(".", "-"),
            config={"url": self.server.url_for(self.path)},
            is_active=True,
            schedule_minutes=60,
        )


def storm(
    server: HTTPServer,
    environment: dict[str, str],
    *,
    runs: int,
    seed: int,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, int]:
    """`runs` runs, each with one kill at a random moment, then recovery.

    Raises AssertionError for the first violation.
    """
    chance = random.Random(seed)
    server.expect_request("/robots.txt").respond_with_data("", status=404)
    feed = Feed(server=server, path="/chaos.ics")
    source = feed.publish()
    environment = {**environment, "EGRESS_ALLOW_LOOPBACK": "1", "EGRESS_ALLOWED_PORTS": str(server.port), "PIPELINE_BATCH_SIZE": str(BATCH),
                   "LOG_LEVEL": "ERROR", "OMP_NUM_THREADS": "1"}  # fmt: skip
    took, killed_in = 1.0, dict.fromkeys([*(phase.value for phase in Phase), "over"], 0)
    with Worker(environment).running() as worker:
        _warm_up(source)
        for number in range(runs):
            feed.rounds += 1
            if chance.random() < IN_FETCH:
                feed.answers.clear()
            run = _begin(source)
            if chance.random() > IN_QUEUE:
                _wait(partial(_is_taken, run), "the worker takes the run")
                time.sleep(chance.uniform(0.0, took))
            worker.kill()
            killed_at = clock()
            phase = _phase(run)
            killed_in[phase or "over"] += 1
            took = (
                min(3.0, took * 1.05) if phase else max(0.2, took * 0.8)
            )  # so that most kills find the run under way
            feed.answers.set()
            worker.start()
            _let_time_pass()
            _recover(source, killed_at)
            check(source, feed)
            say(f"{number + 1}/{runs}: {dict(killed_in)}")
    return {"kills": worker.kills, **{f"in_{name}": count for name, count in killed_in.items()}}


def check(source: Source, feed: Feed) -> None:
    """No event is lost, none duplicated, and every run has a correct final state."""
    runs = FetchRun.objects.filter(source=source)
    assert not runs.filter(state=RunState.FAILED).exclude(error_code="stuck").exists(), list(
        runs.values_list("error_code", "error_detail")
    )
    staged = StagedEvent.objects.filter(source=source)
    assert set(staged.values_list("external_id", flat=True)) == feed.expected, "an event was lost or made up"
    assert not staged.exclude(state=StagedState.RECORDED).exists(), list(
        staged.values_list("state", "drop_reason").distinct()
    )
    assert Event.objects.count() == staged.values("event").distinct().count() == len(feed.expected), (
        "an event was doubled"
    )
    assert not Listing.objects.values("external_id").annotate(times=Count("id")).filter(times__gt=1).exists()
    assert not Listing.objects.filter(missing_since__isnull=False).exists(), "an event was called missing"
    assert not runs.filter(state=RunState.RUNNING).exists()
    assert not runs.filter(finished_at__isnull=True).exists()
    last = runs.order_by("-started_at").first()
    assert last is not None
    assert last.state == RunState.SUCCESS, last.error_detail
    for run in (
        runs.filter(state=RunState.SUCCESS)
        .exclude(http__has_key="same_bytes")
        .exclude(http__has_key="not_modified")
    ):
        assert run.events_found == run.events_processed == run.new + run.changed + run.unchanged, (
            run.events_found,
            run.new,
            run.changed,
            run.unchanged,
        )
    source.refresh_from_db()
    assert source.claimed_until is None
    assert source.last_error == ""
    assert source.next_fetch_at > clock()


def _warm_up(source: Source) -> None:
    """A first run without a kill loads the worker's models and records the feed."""
    run = _begin(source)
    _wait(lambda: _phase(run) is None, "the first run ends")


def _begin(source: Source) -> FetchRun:
    source.refresh_from_db()
    run = open_run(source, requested_by="chaos", now=clock())
    tasks.fetch_run.delay(str(run.id))
    return run


def _recover(source: Source, killed_at: datetime) -> None:
    """Run the periodic tasks at once, until no run is open and the feed was read completely."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        source.refresh_from_db()
        running = FetchRun.objects.filter(source=source, state=RunState.RUNNING).first()
        if running is None and source.next_fetch_at > clock():
            return
        if running is None:
            tasks.queue_runs(fetch=[run.id for run in start_due(now=clock())])
        elif running.heartbeat_at < killed_at:
            FetchRun.objects.filter(pk=running.pk).update(heartbeat_at=F("heartbeat_at") - SILENT)
            released = release_stuck(now=clock())
            tasks.queue_runs(fetch=released.fetch, process=released.process)
        time.sleep(0.05)
    raise AssertionError(
        f"not recovered within {PATIENCE:.0f} s: {list(FetchRun.objects.filter(state='running').values('progress', 'heartbeat_at'))}"
    )


def _let_time_pass() -> None:
    """Release the host's connection, which a killed fetch holds until it expires, before the run counts as
    lost.
    """
    client = redis.Redis.from_url(settings.REDIS_URL)
    for key in client.scan_iter(match="*:hold:*"):
        client.delete(key)
    client.close()


def _phase(run: FetchRun) -> str | None:
    found: Any = FetchRun.objects.filter(pk=run.pk).values_list("progress__phase", flat=True).get()
    return found


def _is_taken(run: FetchRun) -> bool:
    return _phase(run) != Phase.QUEUED


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _wait(question: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not question():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {PATIENCE:.0f} s")
        time.sleep(0.02)
