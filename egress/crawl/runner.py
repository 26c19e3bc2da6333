"""Runs one crawl in a child process: starts it, sends the job, reads its pages, enforces its bounds, and ends
it with all its children."""

import contextlib
import fcntl
import functools
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from egress import exceptions
from egress.crawl.messages import Task, unpacked
from egress.guard import Guard
from egress.masking import mask_text
from egress.pool import ProxyPool
from egress.proxy import GuardedProxy
from pipeline.contract.crawl import CrawledPage, Fetched, Pages
from pipeline.contract.http_errors import ClientRefused, EgressError, RateLimited

log = structlog.get_logger(__name__)

PROJECT = Path(__file__).resolve().parents[2]
PROCESS_SUPERVISOR = "egress.crawl.process_supervisor"
#: Seconds between looks at whether the crawl was cancelled, and for the process supervisor to end all below it.
LOOK = 0.25
GRACE = 15.0
PIECE = 1 << 16
#: What Chromium asks for on its own account, whatever page it shows.
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
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "FONTCONFIG_PATH")
_ERRORS: dict[str, type[EgressError]] = {
    kind.code: kind
    for kind in (
        exceptions.RobotsRefused, exceptions.TimedOut, exceptions.TooLarge, exceptions.ConnectFailed, exceptions.ServerFailed,
        ClientRefused, RateLimited, exceptions.SiteRefused, exceptions.LoginFailed, exceptions.CrawlFailed,
    )
}  # fmt: skip
_KILLED = {
    "time": (
        exceptions.TimedOut,
        "the crawl took longer than {seconds:.0f} s and was ended; give it fewer pages or details",
    ),
    "memory": (
        exceptions.MemoryExceeded,
        "the crawl took more than {megabytes} MB and was ended; give it fewer pages, or raise CRAWL_MAX_MB",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlLimits:
    """What one crawl may take in all: `megabytes` of memory, `seconds`, `output` bytes of pages; `at_once` of
    them in all processes that share the folder `places` (None: in this process), where each holds a file's
    lock, which is let go when its process ends, however it ends."""

    megabytes: int = 1024
    seconds: float = 240.0
    output: int = 96 * 1024 * 1024
    at_once: int = 2
    places: Path | None = None


class Runner:
    """Runs crawls, each in a process tree of its own whose only way out is a guarded proxy of its own."""

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
        """The pages of the task that `make` builds, given the proxy's URL. Closing the iterator ends the
        crawl. Raises EgressErrors."""
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
                child = _Child(make(url), limits, home)
                try:
                    yield from _listen(child, proxy, renderer, cancelled)
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
        """Take one of the places and give what lets it go; None where all are taken."""
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


class _Child:
    """The process supervisor with its pipes."""

    def __init__(self, task: Task, limits: CrawlLimits, home: str) -> None:
        self.limits = limits
        self.used: dict[str, Any] = {}
        self._errors = open(os.path.join(home, "stderr"), "w+b")  # noqa: SIM115 - it lives as long as the child
        environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
        environment |= {
            "HOME": home,
            "TMPDIR": home,
            "XDG_CONFIG_HOME": home,
            "XDG_CACHE_HOME": home,
            "PYTHONPATH": str(PROJECT),
        }
        environment |= {"TLDEXTRACT_CACHE": home, "PYTHONDONTWRITEBYTECODE": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROCESS_SUPERVISOR, str(limits.seconds), str(limits.megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            cwd=home,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
            pipe.write(task.dump())
        self._process.stdin = None

    def lines(self, cancelled: Callable[[], bool]) -> Iterator[dict[str, Any]]:
        """What the child says, line by line, until it ends. Raises CrawlCancelled, TimedOut, TooLarge."""
        assert self._process.stdout is not None
        descriptor, said = self._process.stdout.fileno(), 0
        pieces: list[bytes] = []
        until = time.monotonic() + self.limits.seconds + GRACE
        while True:
            if cancelled():
                raise exceptions.CrawlCancelled("the crawl was cancelled")
            if time.monotonic() > until:
                raise exceptions.TimedOut("the crawl's process does not answer")
            if not select.select([descriptor], [], [], LOOK)[0]:
                continue
            piece = os.read(descriptor, PIECE)
            if not piece:
                return
            said += len(piece)
            if said > self.limits.output * 4 // 3:
                raise exceptions.TooLarge(
                    f"the pages of one crawl are more than {self.limits.output:,} bytes; give it fewer pages or details"
                )
            pieces.append(piece)
            if b"\n" in piece:  # a page may be millions of bytes: they are joined once, not with each piece
                *whole, rest = b"".join(pieces).split(b"\n")
                pieces = [rest]
                yield from (line for line in map(_line, whole) if line)

    def end(self) -> dict[str, Any]:
        """End it with everything below it, and say what it used."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            assert self._process.stdout is not None
            tail, _ = self._process.communicate(timeout=GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()  # the spider and its browser notice that their parent went away
            tail, _ = self._process.communicate()
        for line in map(_line, tail.split(b"\n")):
            if line.get("kind") == "used":
                self.used = line
        self._errors.close()
        return {name: self.used.get(name) for name in ("seconds", "peak_mb", "killed")}

    def warning(self) -> str:
        """The last of what it wrote to stderr, without secrets and addresses."""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 4000))
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return mask_text(lines[-1])[:300] if lines else "no word why"


def _listen(
    child: _Child, proxy: GuardedProxy, renderer: str, cancelled: Callable[[], bool]
) -> Iterator[CrawledPage]:
    """Pages with their details, as they are whole. Raises what the child reports, as an EgressError."""
    head: dict[str, Any] | None = None
    details: list[Fetched] = []
    ended = False
    for line in child.lines(cancelled):
        kind = line.get("kind")
        if kind == "page":
            head, details = line, []
        elif kind == "detail":
            details.append(unpacked(line))
        elif kind == "missed":
            log.warning(
                "egress.detail_missed",
                code=line["code"],
                detail=mask_text(str(line["detail"])),
                url=mask_text(str(line["url"])),
            )
        elif kind == "page_end" and head is not None:
            yield CrawledPage(
                page=unpacked(head),
                number=int(head["number"]),
                cut=bool(head["cut"]),
                renderer=renderer,
                fetched_at=datetime.now(UTC),
                details=tuple(details),
            )
        elif kind == "error":
            raise _error(line, proxy)
        elif kind == "used":
            child.used = line
        ended = ended or kind == "end"
    if not ended:
        raise _broken(child)


def _error(line: dict[str, Any], proxy: GuardedProxy) -> EgressError:
    """The child's report. What the guard refused is told apart from what the site refused by asking the
    proxy."""
    url, detail = str(line["url"]), mask_text(str(line["detail"]))
    host = (urlsplit(url).hostname or "").lower()
    if (
        "tunnel" in detail.lower() and proxy.refused
    ):  # a redirect to https: the error does not name the address it led to
        host = next(reversed(proxy.refused))
    if host in proxy.refused:
        return exceptions.AddressRefused(proxy.refused[host], url=mask_text(url))
    kind = _ERRORS.get(str(line["code"]), exceptions.CrawlFailed)
    error = kind(detail, url=mask_text(url))
    error.retry_after, error.status = line["retry_after"], line["status"] or None
    return error


def _broken(child: _Child) -> EgressError:
    killed = str(child.used.get("killed") or "")
    if killed in _KILLED:
        kind, words = _KILLED[killed]
        return kind(words.format(seconds=child.limits.seconds, megabytes=child.limits.megabytes))
    return exceptions.CrawlFailed(f"the spider ended before its end: {child.warning()}")


def _line(raw: bytes) -> dict[str, Any]:
    """One line as an object; {} for what is none."""
    try:
        value = json.loads(raw) if raw.strip() else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
