"""The circuit breaker: whether Valkey should be asked now."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import redis
from django.conf import settings
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

#: After a failure nobody asks for so long, unless a probe finds that Valkey answers. Then one caller asks,
#: and the others wait for its result.
PAUSE_SECONDS: Final = 5.0
#: How long a probe waits for an answer, and the pause until the next probe.
LOOK_SECONDS: Final = 0.25
#: Errors that mean that Valkey is unreachable, not that a command was wrong. `TimeoutError` is also
#: asyncio's.
AWAY: Final = (RedisConnectionError, RedisTimeoutError, TimeoutError, OSError)


class ValkeyAway(RedisConnectionError):
    """Valkey was unreachable a moment ago, so it was not asked."""


class Breaker:
    """The breaker; each process has one for each Valkey.

    `clock` is monotonic, in seconds. `answers` is called by a thread as a probe while the breaker is open. So
    no caller has to wait for a test, and a process that missed an answer only because it was busy soon asks
    again.
    """

    def __init__(
        self,
        *,
        pause: float = PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        answers: Callable[[], bool] | None = None,
    ) -> None:
        self._pause, self._clock, self._answers = pause, clock, answers
        self._until = 0.0
        self._lock = threading.Lock()
        self._looking: threading.Thread | None = None

    @property
    def is_open(self) -> bool:
        """Whether the breaker is open. This does not count as the one trial after a pause."""
        return self._clock() < self._until

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Wrap one request to Valkey.

        Raises ValkeyAway at once while the breaker is open. A failure inside opens it, and is raised.
        """
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
            # a thread of the parent process does not exist after a fork
            if self._answers is not None and (self._looking is None or not self._looking.is_alive()):
                self._looking = threading.Thread(
                    target=self._look, args=(self._answers,), name="valkey-look", daemon=True
                )
                self._looking.start()

    def _look(self, answers: Callable[[], bool]) -> None:
        """Probe until Valkey answers, or until the pause is over and the next caller tries."""
        while self.is_open:
            if answers():
                self.worked()
                return
            time.sleep(LOOK_SECONDS)

    def worked(self) -> None:
        """Note that Valkey answered."""
        if self._until:
            with self._lock:
                self._until = 0.0

    def _enter(self) -> None:
        if not self._until:
            return
        with self._lock:
            now = self._clock()
            if now < self._until:
                raise ValkeyAway("Valkey did not answer a moment ago, and is not asked again yet.")
            if self._until:
                self._until = now + self._pause  # this caller tries, the others wait for its result


def _answers() -> bool:
    """Whether Valkey answers within LOOK_SECONDS, over a separate connection."""
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=LOOK_SECONDS, socket_connect_timeout=LOOK_SECONDS
        ) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


BREAKER: Final = Breaker(answers=_answers)
