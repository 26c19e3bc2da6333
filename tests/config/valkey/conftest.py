"""A separate Valkey, which can be made to hang."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from config.embedded.valkey import Valkey
from tests.ports import free_port
from tests.realtime.test_servers import until_it_listens


@pytest.fixture
def hanging(tmp_path_factory) -> Iterator[Valkey]:
    """A server that accepts connections and never answers."""
    valkey = Valkey(Path(tmp_path_factory.mktemp("v")))
    valkey.start()
    pid = valkey.pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    yield valkey
    os.kill(pid, signal.SIGCONT)
    valkey.stop()


@pytest.fixture
def site(
    hanging: Valkey, transactional_db: None, child_environment: dict[str, str]
) -> Iterator[httpx.Client]:
    """The web process of `make run` with that Valkey."""
    port = free_port()
    environment = {
        **child_environment,
        "DATABASE_POOL": "true",
        "PORT": str(port),
        "REDIS_URL": f"unix://{hanging.socket}?db=1",
    }
    process = subprocess.Popen([sys.executable, "-m", "config.web"], env=environment)
    try:
        until_it_listens(process, port)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        process.terminate()
        process.wait(30)


def seconds_of(ask) -> tuple[float, httpx.Response]:
    """The seconds of a request, and its response."""
    begun = time.monotonic()
    answer = ask()
    return time.monotonic() - begun, answer
