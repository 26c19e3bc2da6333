"""Responses by address: in the process for a minute, in Valkey for five, and never longer than the outbox allows."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from time import time
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from outbox.renderings.changed import CHANGED, Changed, Reached
from outbox.renderings.line import Line

#: Seconds for which a process answers from its own memory, and for which a rendering is good at all.
PROCESS_SECONDS: Final = 60.0
VALKEY_SECONDS: Final = 300.0
#: While one request makes it anew, others get a rendering that is only too old for so long more.
STALE_SECONDS: Final = 60.0
#: Days and nights begin at full hours of some zone, thus at a quarter of an hour of UTC: no rendering goes over one.
QUARTER: Final = 900.0
#: Bytes of all renderings in a process, and of one.
MOST_BYTES: Final = 32_000_000
LARGEST: Final = 1_000_000
#: A process writes so many bytes to Valkey in VALKEY_SECONDS: addresses made up by a robot must not fill it.
MOST_WRITTEN: Final = 32_000_000
#: A request waits so long for another one that makes the same.
WAIT_SECONDS: Final = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """A response, made at `made_at` (seconds since 1970) after the outbox was read at `number` of `epoch`.

    `shown` are its topics; `count` is what is counted each time it is given to a reader.
    """

    epoch: str
    number: int
    edition: int
    made_at: float
    until: float
    status: int
    content: bytes
    headers: tuple[tuple[str, str], ...]
    shown: tuple[str, ...]
    count: dict[str, Any] | None = None


@dataclass(kw_only=True, slots=True)
class Wanted:
    """A request for a response that all may share, and what became of it.

    `mark` is the change (epoch, number) that the answer must include. `answered` says from where it came: hit, valkey, stale
    or miss.
    """

    key: str
    mark: tuple[str, int] | None = None
    topics: frozenset[str] | None = None
    count: dict[str, Any] | None = None
    found: Rendering | None = None
    answered: str = "miss"
    #: Where the outbox was before the response was made.
    begun: Reached = Reached("", 0, 0, 0.0)
    lock: "Lock | None" = field(default=None, repr=False)

    def release(self) -> None:
        """Let others go on who wait for the same response."""
        if self.lock is not None:
            self.lock.release()
            self.lock = None


class Renderings:
    """The renderings of a process, at most MOST_BYTES of them, and those of all processes in Valkey."""

    def __init__(self, changed: Changed = CHANGED) -> None:
        self._changed = changed
        self._kept: OrderedDict[str, tuple[float, Rendering]] = OrderedDict()
        self._bytes = 0
        self._written, self._window = 0, 0
        self._lock = Lock()
        #: Of identical requests, one renders. Two addresses may share a lock, which delays one of them a moment.
        self._makers = tuple(Lock() for _ in range(256))

    def find(self, wanted: Wanted) -> Rendering | None:
        """A good rendering in this process; without one it costs nothing."""
        with self._lock:
            if wanted.key not in self._kept:
                return None
        self._look(wanted)
        return self._found(wanted, self._in_process(wanted), "hit")

    def find_or_wait(self, wanted: Wanted) -> Rendering | None:
        """A good rendering of any process; None where the caller shall make it.

        Who gets None holds a lock until `wanted.release()`: others wait for its result, or take one that is only too old.
        Raises LineFull.
        """
        self._look(wanted)
        maker = self._makers[hash(wanted.key) % len(self._makers)]
        if not maker.acquire(blocking=False):
            if stale := self._found(wanted, self._in_process(wanted, extra=STALE_SECONDS), "stale"):
                return stale
            # Else those who wait hold what the one who renders needs.
            if not connection.in_atomic_block:
                connection.close()
            was_in_line = LINE.leave()
            is_alone = maker.acquire(timeout=WAIT_SECONDS)
        else:
            is_alone, was_in_line = True, False
        if is_alone:
            wanted.lock = maker
            if found := self._found(wanted, self._in_process(wanted), "hit") or self._from_valkey(wanted):
                wanted.release()
                return found
        if was_in_line:
            LINE.enter()
        wanted.begun = self._changed.reached()
        return None

    def keep(
        self, wanted: Wanted, *, status: int, content: bytes, headers: tuple[tuple[str, str], ...]
    ) -> Rendering:
        """Keep the response to `wanted` in both places."""
        epoch, number, edition, made_at, *_ = wanted.begun
        made = Rendering(
            epoch=epoch,
            number=number,
            edition=edition,
            made_at=made_at,
            until=min(made_at + VALKEY_SECONDS, (made_at // QUARTER + 1) * QUARTER),
            status=status,
            content=content,
            headers=headers,
            shown=tuple(sorted(wanted.topics or ())),
            count=wanted.count,
        )
        if epoch and len(content) <= LARGEST:
            self._keep_here(wanted.key, made)
            self._keep_in_valkey(wanted.key, made)
        return made

    def clear(self) -> None:
        """Drop what this process has; what is in Valkey becomes void for it."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0
        self._changed.forget()

    def _look(self, wanted: Wanted) -> None:
        same = wanted.mark is not None and wanted.mark[0] == self._changed.epoch
        self._changed.look(at_least=wanted.mark[1] if wanted.mark and same else 0)

    def _found(self, wanted: Wanted, held: Rendering | None, where: str) -> Rendering | None:
        if held is None:
            return None
        changed = self._changed
        if wanted.mark is not None and (wanted.mark[0] != changed.epoch or wanted.mark[1] > changed.number):
            return None
        if not changed.holds(epoch=held.epoch, number=held.number, edition=held.edition, topics=held.shown):
            return None
        wanted.found, wanted.answered = held, where
        return held

    def _in_process(self, wanted: Wanted, *, extra: float = 0.0) -> Rendering | None:
        now = time()
        with self._lock:
            kept = self._kept.get(wanted.key)
            if kept is None:
                return None
            self._kept.move_to_end(wanted.key)
        since, held = kept
        until = held.until + extra if extra else min(since + PROCESS_SECONDS, held.until)
        return held if now < until else None

    def _from_valkey(self, wanted: Wanted) -> Rendering | None:
        try:
            held: Rendering | None = cache.get(_valkey_key(wanted.key))
        except (RedisError, AttributeError, TypeError):  # the latter two: of another version of the code
            return None
        if held is None or time() >= held.until:
            return None
        if found := self._found(wanted, held, "valkey"):
            self._keep_here(wanted.key, held)
        return found

    def _keep_here(self, key: str, made: Rendering) -> None:
        with self._lock:
            self._drop(key)
            self._kept[key] = (time(), made)
            self._bytes += len(made.content) + len(key)
            while self._bytes > MOST_BYTES:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= len(kept[1].content) + len(key)

    def _keep_in_valkey(self, key: str, made: Rendering) -> None:
        now = time()
        with self._lock:
            if (window := int(now // VALKEY_SECONDS)) != self._window:
                self._window, self._written = window, 0
            self._written += len(made.content)
            if self._written > MOST_WRITTEN:
                return
        try:
            cache.set(_valkey_key(key), made, timeout=max(1, int(made.until - now)))
        except RedisError:
            return


def _valkey_key(key: str) -> str:
    return f"rendering:{hashlib.sha256(key.encode()).hexdigest()}"


LINE: Final = Line(settings.REQUESTS_AT_ONCE)
RENDERINGS: Final = Renderings()
