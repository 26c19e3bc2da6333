"""The environment of a test run: mode, services and names apart from those of `make run`. Imported before any
settings."""

import fcntl
import os
import sys
import zlib
from pathlib import Path

from config.embedded import Embedded, default_var, redis_url

MARK = "NOCTURNE_TEST_VAR"
_held: list[int] = []


def prepare() -> None:
    """Set the variables that the settings read; a child process of a test finds them set and changes
    nothing."""
    if MARK in os.environ:
        return
    # Machine images of Python forbid to keep bytecode; each of the hundred processes that tests start would
    # compile 2,800 modules anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    var = default_var() / "test"
    name = _free_name(var, os.environ.get("NOCTURNE_TEST_DB") or "nocturne_test")
    os.environ["NOCTURNE_TEST_GIVEN"] = ",".join(
        key for key in ("DATABASE_URL", "REDIS_URL") if os.environ.get(key)
    )
    os.environ.setdefault("REDIS_URL", redis_url(var, zlib.crc32(name.encode()) % 63 + 1))
    os.environ |= {
        MARK: str(var),
        "NOCTURNE_MODE": "test",
        "NOCTURNE_VAR": str(var),
        "NOCTURNE_TEST_DB": name,
        "CACHE_PREFIX": name,
    }


def services() -> Embedded:
    """The embedded services of the tests, without those that are given by their URL."""
    given = os.environ["NOCTURNE_TEST_GIVEN"].split(",")
    return Embedded(
        Path(os.environ[MARK]),
        postgres="DATABASE_URL" not in given,
        valkey="REDIS_URL" not in given,
        throwaway=True,
    )


def _free_name(var: Path, wish: str) -> str:
    """The wished database name, with a number when another test run has it; held until this process ends."""
    var.mkdir(parents=True, exist_ok=True)
    for number in range(1, 100):
        name = wish if number == 1 else f"{wish}_{number}"
        handle = os.open(var / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        _held.append(handle)
        return name
    raise RuntimeError(f"100 test runs hold the names {wish}…; is something left running?")
