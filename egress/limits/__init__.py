"""Rate limits, one connection for each host, pauses and circuit breakers.

All processes share them in Valkey; tests and `inspect_source` keep them in memory. They are hints: without
Valkey each process continues with its own counts.
"""

from typing import Protocol

from egress.limits.memory import MemoryBreaker, MemoryLimiter, MemoryStore
from egress.limits.rules import Admission, Circuit
from egress.limits.valkey import ValkeyBreaker, ValkeyGate, ValkeyLimiter, ValkeyStore

__all__ = [
    "Admission",
    "Breaker",
    "Circuit",
    "Limiter",
    "MemoryBreaker",
    "MemoryLimiter",
    "MemoryStore",
    "Store",
    "ValkeyBreaker",
    "ValkeyGate",
    "ValkeyLimiter",
    "ValkeyStore",
]


class Limiter(Protocol):
    """Decides whether a request may be sent now. All times in seconds; 0.0 means now."""

    def take(self, key: str, *, rate: int, window: float) -> float:
        """Take one of `rate` requests in `window` seconds.

        Returns 0.0 when taken, else the wait until one is available, and nothing is taken.
        """
        ...

    def pause(self, key: str, *, seconds: float) -> None:
        """Send no requests for `key` for `seconds` (the site's Retry-After). A longer pause stays."""
        ...

    def paused(self, key: str) -> float:
        """Seconds until the pause of `key` ends."""
        ...

    def hold(self, key: str, *, seconds: float) -> str:
        """A token that no other process holds for `key`, '' where one does.

        It expires after `seconds`, in case the holder dies.
        """
        ...

    def release(self, key: str, token: str) -> None:
        """Return `token`. Does nothing where it has expired and another process holds the key."""
        ...


class Breaker(Protocol):
    """A circuit breaker: it blocks a failing host for a while, then lets one request probe it."""

    def shut(self, host: str) -> float:
        """Seconds until `host` may be requested, 0.0 for now.

        Claims no probe: for a check before other waits.
        """
        ...

    def check(self, host: str) -> float:
        """0.0 when a request may be sent, else seconds to wait.

        If the host was blocked, the caller's request is the probe.
        """
        ...

    def failed(self, host: str) -> None: ...

    def succeeded(self, host: str) -> None: ...


class Store(Protocol):
    """A small cache with expiry."""

    def get(self, key: str) -> bytes | None: ...

    def set(self, key: str, value: bytes, *, seconds: float) -> None: ...
