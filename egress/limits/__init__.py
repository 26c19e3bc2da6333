"""Rate limits, one connection for each host, pauses and circuit breakers.

Shared by all processes in Valkey; in memory for tests and for `inspect_source`. Hints, never the truth:
without Valkey each process keeps its own count and goes on.
"""

from typing import Protocol

from egress.limits.memory import MemoryBreaker, MemoryLimiter, MemoryStore
from egress.limits.rules import Circuit
from egress.limits.valkey import ValkeyBreaker, ValkeyLimiter, ValkeyStore

__all__ = [
    "Breaker",
    "Circuit",
    "Limiter",
    "MemoryBreaker",
    "MemoryLimiter",
    "MemoryStore",
    "Store",
    "ValkeyBreaker",
    "ValkeyLimiter",
    "ValkeyStore",
]


class Limiter(Protocol):
    """Answers whether a request may go now. Seconds throughout; 0.0 means now."""

    def take(self, key: str, *, rate: int, window: float) -> float:
        """Take one of `rate` requests in `window` seconds: 0.0 when taken, else the wait until one may be,
        and nothing is taken."""
        ...

    def pause(self, key: str, *, seconds: float) -> None:
        """Leave `key` alone for `seconds` (the site's Retry-After). A longer pause that is under way
        stays."""
        ...

    def paused(self, key: str) -> float:
        """Seconds for which `key` is still left alone."""
        ...

    def hold(self, key: str, *, seconds: float) -> str:
        """A token that no other process holds for `key`, '' where one does. It lapses after `seconds`, should
        the holder die."""
        ...

    def release(self, key: str, token: str) -> None:
        """Give `token` back. Does nothing where it has lapsed and another holds the key."""
        ...


class Breaker(Protocol):
    """Leaves a host alone that keeps failing, then lets one request probe it."""

    def shut(self, host: str) -> float:
        """Seconds for which `host` is left alone, 0.0 when it is not. Claims nothing: for asking before other
        waits."""
        ...

    def check(self, host: str) -> float:
        """0.0 when a request may go (the caller then is the probe, where the host was left alone), else
        seconds to wait."""
        ...

    def failed(self, host: str) -> None: ...

    def succeeded(self, host: str) -> None: ...


class Store(Protocol):
    """A small cache with expiry."""

    def get(self, key: str) -> bytes | None: ...

    def set(self, key: str, value: bytes, *, seconds: float) -> None: ...
