"""Makes ids, random words, keys and times the same in each run."""

import hashlib
import itertools
import os
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import time_machine

#: A Thursday morning in Bengaluru.
NOW = datetime(2026, 11, 19, 4, 30, tzinfo=UTC)
KEY = "recording-" * 6


def prepare() -> None:
    """Fix keys and ids.

    Call it before any import of the project: models import the functions that make ids.
    """
    os.environ |= {
        "SECRET_KEY": KEY,
        "FIELD_ENCRYPTION_KEYS": KEY,
        "LOOKUP_KEY": KEY,
        "SITE_URL": "https://recorded.example",
        "LOG_LEVEL": "CRITICAL",
        "NOCTURNE_TEST_DB": os.environ.get("NOCTURNE_TEST_DB", "nocturne_recording"),
    }
    import uuid_utils.compat

    numbers, words = itertools.count(1), itertools.count(1)
    moment = int(NOW.timestamp() * 1000)

    def uuid7(*_: object) -> uuid.UUID:
        return uuid.UUID(int=moment << 80 | 7 << 76 | 2 << 62 | next(numbers))

    def token_bytes(count: int | None = None) -> bytes:
        return hashlib.shake_128(str(next(words)).encode()).digest(count or 32)

    uuid_utils.compat.uuid7 = uuid7
    uuid.uuid4 = lambda: uuid.UUID(bytes=token_bytes(16), version=4)
    secrets.token_bytes = token_bytes


@contextmanager
def frozen(moment: datetime = NOW) -> Iterator[None]:
    """Freeze the clock; durations are still measured."""
    with time_machine.travel(moment, tick=False):
        yield
