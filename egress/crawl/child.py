"""The child process of one crawl: started, read line by line, ended with everything below it."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from egress import exceptions
from egress.crawl.messages import Task
from egress.masking import mask_text

PROJECT = Path(__file__).resolve().parents[2]
PROCESS_SUPERVISOR = "egress.crawl.process_supervisor"
#: Seconds between checks for a cancelled crawl, and for the process supervisor to end all processes below it.
LOOK = 0.25
GRACE = 15.0
PIECE = 1 << 16
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "FONTCONFIG_PATH")


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlLimits:
    """The limits of one crawl.

    `megabytes` of memory, `seconds`, `output` bytes of pages. `at_once` crawls run in all processes that
    share the folder `places` (None: in this process); each holds the lock of a file there, which is released
    when its process ends, however it ends.
    """

    megabytes: int = 1024
    seconds: float = 240.0
    output: int = 96 * 1024 * 1024
    at_once: int = 2
    places: Path | None = None


class CrawlProcess:
    """The process supervisor of one crawl with its pipes."""

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
        """Yield the child's messages until it ends. Raises CrawlCancelled, TimedOut, TooLarge."""
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
            # a page may be millions of bytes: the pieces are joined once, not with each piece
            if b"\n" in piece:
                *whole, rest = b"".join(pieces).split(b"\n")
                pieces = [rest]
                yield from (line for line in map(_line, whole) if line)

    def end(self) -> dict[str, Any]:
        """End it with all processes below it, and return the resources used."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            assert self._process.stdout is not None
            tail, _ = self._process.communicate(timeout=GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()  # the spider and its browser notice that their parent died
            tail, _ = self._process.communicate()
        for line in map(_line, tail.split(b"\n")):
            if line.get("kind") == "used":
                self.used = line
        self._errors.close()
        return {name: self.used.get(name) for name in ("seconds", "peak_mb", "killed")}

    def warning(self) -> str:
        """The end of its stderr, without secrets and addresses."""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 4000))
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return mask_text(lines[-1])[:300] if lines else "no word why"


def _line(raw: bytes) -> dict[str, Any]:
    """One line as an object; {} if invalid."""
    try:
        value = json.loads(raw) if raw.strip() else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
