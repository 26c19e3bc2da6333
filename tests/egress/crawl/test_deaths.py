"""Whichever process is killed, nothing is left: neither the spider nor a Chromium in its own session."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.egress.conftest import RawServer

WORKER = """
import sys
from pipeline.contract.crawl import CrawlJob
from egress.crawl.runner import Runner
from egress.crawl.chromium import may_sandbox
from egress.crawl.messages import Task
from egress.guard import Guard
job = CrawlJob(urls=(sys.argv[1],), container='.ev')
make = lambda proxy: Task(job=job, proxy=proxy, agent='Nocturne/0.1', delay=0.0, max_bytes=10**6, seconds=60, browser=sys.argv[2], sandbox=may_sandbox())
list(Runner(Guard(allow_loopback=True)).pages(make, renderer='browser'))
"""


@pytest.mark.skipif(
    sys.platform != "linux",
    reason="elsewhere processes are told of their parent's death by their pipes alone",
)
@pytest.mark.parametrize("victim", ["worker", "supervisor"])
def test_nothing_outlives_a_kill(
    raw_server: Callable[..., RawServer], chromium_path: str, victim: str, tmp_path: Path
) -> None:
    arrived, over = threading.Event(), threading.Event()

    def silent(request: bytes) -> Iterator[bytes]:
        arrived.set()
        over.wait(60)
        yield b""

    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, raw_server(by=silent).url, chromium_path],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    try:
        assert arrived.wait(60)
        below = psutil.Process(worker.pid).children(recursive=True)
        assert any("chrom" in one.name() for one in below), "there is a browser to be left behind"
        supervisor = next(one for one in below if "egress.crawl.process_supervisor" in one.cmdline())
        (psutil.Process(worker.pid) if victim == "worker" else supervisor).send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(below, timeout=30)
        assert alive == []
        worker.wait(timeout=30)
        assert list(tmp_path.iterdir()) == [], "nor a folder"
    finally:
        over.set()
        worker.kill()
        worker.wait()
