"""Whether it is worth asking Valkey now."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

#: For so long nobody asks after a failure. Then one does, and all others go on without until that one knows.
PAUSE_SECONDS: Final = 5.0
#: What says that Valkey is away rather than that a command was wrong. `TimeoutError` is asyncio's as well.
AWAY: Final = (RedisConnectionError, RedisTimeoutError, TimeoutError, OSError)


class ValkeyAway(RedisConnectionError):
    """Valkey did not answer a moment ago, so it was not asked."""


class Breaker:
    """One per process and Valkey. `clock` is monotonic, in seconds."""

    def __init__(self, *, pause: float = PAUSE_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause, self._clock = pause, clock
        self._until = 0.0
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether Valkey is left alone now. Asking this does not count as the one trial after a pause."""
        return self._clock() < self._until

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around one question to Valkey. Raises ValkeyAway, at once, while it is left alone; a failure inside begins a pause, and is raised."""
        self._enter()
        try:
            yield
        except AWAY:
            self.failed()
            raise
        self.worked()

    def failed(self) -> None:
        """Valkey did not answer."""
        with self._lock:
            self._until = self._clock() + self._pause

    def worked(self) -> None:
        """Valkey answered."""
        if self._until:
            with self._lock:
                self._until = 0.0

    def _enter(self) -> None:
        if not self._until:
            return
        with self._lock:
            now = self._clock()
            if now < self._until:
                raise ValkeyAway("Valkey did not answer a moment ago; it is not asked again yet.")
            if self._until:
                self._until = now + self._pause  # this one tries, the others wait for what it finds


BREAKER: Final = Breaker()
