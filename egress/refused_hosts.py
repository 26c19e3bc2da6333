"""Hosts from which nothing is fetched, because their owners asked for it (a standing opt-out).

The list is read at most every SECONDS by each process, and at once by the process that changes it.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

#: So long a process may go on with the list that it has read.
SECONDS: Final = 15.0


class RefusedHosts:
    """Whether a host, or a domain above it, is on the list. `read` returns the list."""

    def __init__(
        self, read: Callable[[], Iterable[str]], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._clock = read, clock
        self._lock = threading.Lock()
        self._hosts: frozenset[str] = frozenset()
        self._until: float | None = None

    def __call__(self, host: str) -> bool:
        """Whether nothing may be fetched from `host`. Reads the list where the last reading is too old."""
        with self._lock:
            if self._until is None or self._clock() >= self._until:
                self._hosts = frozenset(self._read())
                self._until = self._clock() + SECONDS
        return self.known(host)

    def known(self, host: str) -> bool:
        """The same by the last reading, for threads without a database."""
        parts = host.lower().rstrip(".").split(".")
        return any(".".join(parts[start:]) in self._hosts for start in range(len(parts)))

    def forget(self) -> None:
        """Read the list anew at the next question."""
        with self._lock:
            self._until = None
