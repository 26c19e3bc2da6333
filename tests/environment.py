"""The environment of a test run: mode, services and names, separate from those of `make run`.

Import it before any settings. Each process that runs tests (there are several under pytest-xdist) has its own
database, its own logical database of Valkey and its own ports; all share the two servers.
"""

import fcntl
import os
import sys
from pathlib import Path

from config.embedded import Embedded, default_var, redis_url

MARK = "NOCTURNE_TEST_VAR"
#: Which process's variables these are: pytest-xdist's name of the worker, empty for the process that starts
#: the workers.
OWNER = "NOCTURNE_TEST_WORKER"
#: So many processes run tests at once: a Valkey has 64 logical databases, and 0 is that of `make run`.
MOST = 63
_held: list[int] = []


def prepare() -> None:
    """Set the variables of the settings; a child process of a test finds them set and changes nothing."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if MARK not in os.environ:
        _begin_run()
    elif os.environ[OWNER] == worker:
        return
    number = _free_number(Path(os.environ[MARK]))
    wish = os.environ["NOCTURNE_TEST_WISH"]
    name = wish if number == 1 else f"{wish}_{number}"
    os.environ |= {
        OWNER: worker,
        "NOCTURNE_TEST_NUMBER": str(number),
        "NOCTURNE_TEST_DB": name,
        "CACHE_PREFIX": name,
    }
    if "REDIS_URL" not in given():
        os.environ["REDIS_URL"] = redis_url(Path(os.environ[MARK]), number)


def _begin_run() -> None:
    """Set the variables that all processes of this run share."""
    # Machine images of Python forbid to keep bytecode; each of the hundred processes that tests start would
    # compile 2,800 modules anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    var = default_var() / "test"
    os.environ |= {
        MARK: str(var),
        "NOCTURNE_MODE": "test",
        "NOCTURNE_VAR": str(var),
        "NOCTURNE_TEST_GIVEN": ",".join(key for key in ("DATABASE_URL", "REDIS_URL") if os.environ.get(key)),
        "NOCTURNE_TEST_WISH": os.environ.get("NOCTURNE_TEST_DB") or "nocturne_test",
    }


def given() -> list[str]:
    """The variables of external services: DATABASE_URL and REDIS_URL."""
    return os.environ["NOCTURNE_TEST_GIVEN"].split(",")


def services() -> Embedded:
    """The embedded services of the tests, without those with a URL."""
    return Embedded(
        Path(os.environ[MARK]),
        postgres="DATABASE_URL" not in given(),
        valkey="REDIS_URL" not in given(),
        throwaway=True,
    )


def _free_number(var: Path) -> int:
    """The lowest number that no other test process has; reserved until this process ends."""
    var.mkdir(parents=True, exist_ok=True)
    for number in range(1, MOST + 1):
        handle = os.open(var / f"process-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        _held.append(handle)
        return number
    raise RuntimeError(f"{MOST} processes run tests already; is something left running?")
