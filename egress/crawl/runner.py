"""Runs one crawl in a child process.

It starts it, sends the job, reads its pages, enforces its limits, and ends it with all its children.
"""

import contextlib
import fcntl
import functools
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator

import structlog

from egress import exceptions
from egress.crawl.child import LOOK, CrawlLimits, CrawlProcess
from egress.crawl.messages import Task
from egress.crawl.reports import reported_pages
from egress.guard import Guard
from egress.pool import ProxyPool
from egress.proxy import GuardedProxy
from pipeline.contract.crawl import Pages

log = structlog.get_logger(__name__)
#: Hosts that Chromium contacts on its own account, whatever page it shows.
CHATTER = frozenset(
    f"{name}.{domain}"
    for domain, names in {
        "google.com": (
            "www",
            "accounts",
            "clients2",
            "clients4",
            "clientservices",
            "android.clients",
            "mtalk",
        ),
        "googleapis.com": ("update", "safebrowsing", "content-autofill", "optimizationguide-pa", "edgedl.me"),
        "gvt1.com": ("redirector", "edgedl.me"),
    }.items()
    for name in names
)


class Runner:
    """Runs crawls, each in a process tree of its own whose only way out is its own guarded proxy."""

    def __init__(
        self, guard: Guard, *, upstream: ProxyPool | None = None, limits: CrawlLimits | None = None
    ) -> None:
        self._guard, self._upstream = guard, upstream
        self.limits = limits or CrawlLimits()
        self._here = threading.BoundedSemaphore(self.limits.at_once)
        if self.limits.places:
            self.limits.places.mkdir(parents=True, exist_ok=True)

    def pages(
        self, make: Callable[[str], Task], *, renderer: str, cancelled: Callable[[], bool] = lambda: False
    ) -> Pages:
        """The pages of the task that `make` builds from the proxy's URL.

        Closing the iterator ends the crawl. Raises EgressErrors.
        """
        limits = self.limits
        with (
            self._slot(cancelled),
            tempfile.TemporaryDirectory(prefix="nocturne-crawl-", ignore_cleanup_errors=True) as home,
        ):
            proxy = GuardedProxy(
                self._guard,
                upstream=self._upstream,
                seconds=limits.seconds,
                total_bytes=4 * limits.output,
                closed=CHATTER,
            )
            with proxy.running() as url:
                child = CrawlProcess(make(url), limits, home)
                try:
                    yield from reported_pages(child, proxy, renderer, cancelled)
                finally:
                    used = child.end()
                    log.info("egress.crawled", renderer=renderer, **used, **proxy.counts)

    @contextlib.contextmanager
    def _slot(self, cancelled: Callable[[], bool]) -> Iterator[None]:
        until = time.monotonic() + self.limits.seconds
        while (release := self._place()) is None:
            if cancelled():
                raise exceptions.CrawlCancelled("the crawl was cancelled before it began")
            if time.monotonic() > until:
                raise exceptions.CrawlFailed(
                    "other crawls take all places; it will be tried again", retry_after=60.0
                )
            time.sleep(LOOK)
        try:
            yield
        finally:
            release()

    def _place(self) -> Callable[[], None] | None:
        """Take a free place and return a function that releases it; None where all are taken."""
        if self.limits.places is None:
            return self._here.release if self._here.acquire(blocking=False) else None
        for number in range(self.limits.at_once):
            place = os.open(
                self.limits.places / f"crawl-{number}.lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600
            )
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(place)
                continue
            return functools.partial(os.close, place)
        return None
