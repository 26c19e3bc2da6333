"""Limits of one process: for tests, for `inspect_source`, and while Valkey is unreachable."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from egress.limits import rules

MOST_KEYS = 10_000


class MemoryStore:
    """Values with expiry, at most 10,000."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._values: dict[str, tuple[float, bytes]] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """The value; None where there is none or it has expired."""
        with self._lock:
            expires, value = self._values.get(key, (0.0, b""))
            return value if expires > self._clock() else None

    def set(self, key: str, value: bytes, *, seconds: float) -> None:
        """Store `value` for `seconds`."""
        with self._lock:
            while len(self._values) >= MOST_KEYS:
                self._values.pop(next(iter(self._values)))
            self._values[key] = (self._clock() + seconds, value)


class MemoryLimiter:
    """GCRA, pauses and holds in dictionaries under one lock."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._arrivals: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._holds: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def take(self, key: str, *, rate: int, window: float) -> float:
        """See `Limiter.take`."""
        interval, tolerance = rules.spacing(rate, window)
        with self._lock:
            now = self._clock()
            arrival = max(self._arrivals.get(key, now), now)
            if arrival - tolerance > now:
                return arrival - tolerance - now
            self._arrivals[key] = arrival + interval
            return 0.0

    def pause(self, key: str, *, seconds: float) -> None:
        """See `Limiter.pause`."""
        with self._lock:
            self._pauses[key] = max(self._pauses.get(key, 0.0), self._clock() + seconds)

    def paused(self, key: str) -> float:
        """See `Limiter.paused`."""
        with self._lock:
            return max(0.0, self._pauses.get(key, 0.0) - self._clock())

    def hold(self, key: str, *, seconds: float) -> str:
        """See `Limiter.hold`."""
        with self._lock:
            now = self._clock()
            if self._holds.get(key, (0.0, ""))[0] > now:
                return ""
            token = secrets.token_hex(8)
            self._holds[key] = (now + seconds, token)
            return token

    def release(self, key: str, token: str) -> None:
        """See `Limiter.release`."""
        with self._lock:
            if self._holds.get(key, (0.0, ""))[1] == token:
                del self._holds[key]


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    shut_until: float = 0.0
    last: float = 0.0


class MemoryBreaker:
    """Opens after `rules.THRESHOLD` consecutive failures; after the cooldown one probe at a time."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._circuits: dict[str, _Circuit] = {}
        self._lock = threading.Lock()

    def shut(self, host: str) -> float:
        """See `Breaker.shut`."""
        with self._lock:
            circuit = self._circuits.get(host)
            return (
                0.0
                if circuit is None or circuit.failures < rules.THRESHOLD
                else max(0.0, circuit.shut_until - self._clock())
            )

    def check(self, host: str) -> float:
        """See `Breaker.check`."""
        with self._lock:
            circuit, now = self._circuits.get(host), self._clock()
            if circuit is None or circuit.failures < rules.THRESHOLD:
                return 0.0
            if circuit.shut_until > now:
                return circuit.shut_until - now
            circuit.shut_until = now + rules.PROBE
            return 0.0

    def failed(self, host: str) -> None:
        """Count one more consecutive failure; those of hours ago do not count."""
        with self._lock:
            circuit, now = self._circuits.setdefault(host, _Circuit()), self._clock()
            circuit.failures = circuit.failures + 1 if circuit.last + rules.MEMORY > now else 1
            circuit.last = now
            if circuit.failures >= rules.THRESHOLD:
                circuit.shut_until = now + rules.cooldown(circuit.failures)

    def succeeded(self, host: str) -> None:
        """Reset the host's count."""
        with self._lock:
            self._circuits.pop(host, None)
