"""Whether it is worth asking Valkey now."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import redis
from django.conf import settings
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

#: For so long nobody asks after a failure, unless a look beside finds that Valkey answers. Then one does, and
#: all others go on without until that one knows.
PAUSE_SECONDS: Final = 5.0
#: A look beside waits so long for an answer, and so long until the next look.
LOOK_SECONDS: Final = 0.25
#: What says that Valkey is away rather than that a command was wrong. `TimeoutError` is asyncio's as well.
AWAY: Final = (RedisConnectionError, RedisTimeoutError, TimeoutError, OSError)


class ValkeyAway(RedisConnectionError):
    """Valkey did not answer a moment ago, so it was not asked."""


class Breaker:
    """One per process and Valkey. `clock` is monotonic, in seconds. `answers`, where given, is asked beside,
    by a thread, while Valkey is left alone: so nobody has to wait for finding out, and a process that was
    only too busy itself to hear the answer soon asks again."""

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
        """Whether Valkey is left alone now. Asking this does not count as the one trial after a pause."""
        return self._clock() < self._until

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around one question to Valkey. Raises ValkeyAway, at once, while it is left alone; a failure inside
        begins a pause, and is raised."""
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
            # a thread of the process that this one was forked from is not alive here
            if self._answers is not None and (self._looking is None or not self._looking.is_alive()):
                self._looking = threading.Thread(
                    target=self._look, args=(self._answers,), name="valkey-look", daemon=True
                )
                self._looking.start()

    def _look(self, answers: Callable[[], bool]) -> None:
        """Until Valkey answers, or the pause is over and whoever asks next finds out."""
        while self.is_open:
            if answers():
                self.worked()
                return
            time.sleep(LOOK_SECONDS)

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
                raise ValkeyAway("Valkey did not answer a moment ago, and is not asked again yet.")
            if self._until:
                self._until = now + self._pause  # this one tries, the others wait for what it finds


def _answers() -> bool:
    """Whether Valkey answers within LOOK_SECONDS, over a connection of its own."""
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=LOOK_SECONDS, socket_connect_timeout=LOOK_SECONDS
        ) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


BREAKER: Final = Breaker(answers=_answers)
