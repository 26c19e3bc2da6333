"""Our own HTTP by route and status, for all processes together.

Each process counts in memory and adds its counts to Valkey every few seconds, in a thread: no request waits for it. A
route is the pattern of an address, so that their number is bounded by the code, not by what is asked.
"""

import atexit
import threading
from bisect import bisect_left
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import redis
import structlog

from egress.factory import open_valkey
from egress.limits.valkey import PREFIX
from operations.measures import pools

log = structlog.get_logger(__name__)
#: Upper bounds of the seconds of an answer; the last bucket is above them.
BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: A process adds its counts after so many seconds.
EVERY: Final = 5.0
#: So many fields at most; beyond that, new routes are counted as `(other)`.
MOST_FIELDS: Final = 10_000
OTHER: Final = "(other)"
_KEY: Final = PREFIX + "{metrics}:http"
_SEPARATOR: Final = "|"


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals since Valkey was last empty: answers by (route, status), and of each route the buckets and the seconds."""

    answers: dict[tuple[str, str], int] = field(default_factory=dict)
    buckets: dict[str, list[int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)


class RequestCounts:
    """Counts of one process. `key` is the hash in Valkey."""

    def __init__(self, *, key: str = _KEY, every: float = EVERY, most: int = MOST_FIELDS) -> None:
        self._key, self._every, self._most = key, every, most
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._numbers: Counter[str] = Counter()
        self._seconds: Counter[str] = Counter()
        self._thread: threading.Thread | None = None

    def count(self, route: str, status: int, seconds: float, *, kept: str = "", read: str = "") -> None:
        """Count one answer. `kept`: what the page cache said (hit, miss), '' where it was not asked. `read`: which database, and why."""
        route = route.replace(_SEPARATOR, "/")[:120] or OTHER
        with self._lock:
            self._numbers[f"a|{route}|{status}"] += 1
            self._numbers[f"b|{route}|{bisect_left(BUCKETS, seconds)}"] += 1
            if kept:
                self._numbers[f"k|{kept}"] += 1
            if read:
                self._numbers[f"r|{read}"] += 1
            self._seconds[f"s|{route}"] += seconds  # type: ignore[assignment] # a sum of seconds
            if self._thread is None:
                self._thread = threading.Thread(target=self._go_on, name="http counts", daemon=True)
                self._thread.start()
                atexit.register(self._end)

    def flush(self) -> None:
        """Add to Valkey what was counted. Without Valkey the counts stay here until it is back."""
        with self._lock:
            numbers, seconds = self._numbers, self._seconds
            self._numbers, self._seconds = Counter(), Counter()
        if not numbers:
            return
        try:
            client = open_valkey()
            is_full = int(client.hlen(self._key)) >= self._most  # type: ignore[arg-type]
            pipe = client.pipeline(transaction=True)
            for name, number in numbers.items():
                pipe.hincrby(self._key, _other(name) if is_full else name, number)
            for name, value in seconds.items():
                pipe.hincrbyfloat(self._key, _other(name) if is_full else name, value)
            pipe.execute()
        except redis.RedisError as error:
            log.warning("http.counts_waiting", reason=type(error).__name__)
            with self._lock:
                self._numbers.update(numbers)
                self._seconds.update(seconds)

    def totals(self) -> Totals:
        """All processes together. Raises redis.RedisError."""
        found = Totals()
        fields: Any = open_valkey().hgetall(self._key)
        for name, value in fields.items():
            kind, *words = name.decode("utf-8", "replace").split(_SEPARATOR)
            if kind == "a":
                found.answers[words[0], words[1]] = int(value)
            elif kind == "b":
                found.buckets.setdefault(words[0], [0] * (len(BUCKETS) + 1))[int(words[1])] = int(value)
            elif kind == "s":
                found.seconds[words[0]] = float(value)
            elif kind == "k":
                found.kept[words[0]] = int(value)
            elif kind == "r":
                found.read[words[0]] = int(value)
        return found

    def _end(self) -> None:
        """Add what is left, unless Valkey stopped first: then nobody is told, since the log is closed."""
        try:
            open_valkey().ping()
        except redis.RedisError:
            return
        self.flush()

    def _go_on(self) -> None:
        while not self._stop.wait(self._every):
            self.flush()
            with suppress(redis.RedisError):
                pools.report()


def _other(name: str) -> str:
    """The field of all routes for which there is no room."""
    kind, _, rest = name.partition(_SEPARATOR)
    return name if kind in ("k", "r") else _SEPARATOR.join([kind, OTHER, *rest.split(_SEPARATOR)[1:]])


COUNTS: Final = RequestCounts()
