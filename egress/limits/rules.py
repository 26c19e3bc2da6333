"""The calculations that the limits in memory and in Valkey share."""

from typing import NamedTuple

#: How many consecutive failures open a circuit, and for how long: doubling from the first to the longest
#: (seconds).
THRESHOLD = 5
FIRST_COOLDOWN = 60.0
LONGEST_COOLDOWN = 3600.0
#: How long one probe of a half-open circuit excludes others (seconds), and when failures expire.
PROBE = 90.0
MEMORY = 6 * 3600.0
#: Waits before another attempt (seconds): at least the least, at most the first, then four times as long each
#: time, up to the longest.
LEAST_BACKOFF = 0.25
FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 16.0


class Spacing(NamedTuple):
    """The two numbers of GCRA in seconds: the distance between requests, and how far a burst may run ahead."""

    interval: float
    tolerance: float


class Admission(NamedTuple):
    """How many requests may be sent now; where it is none, seconds until one may."""

    taken: int
    wait: float


def spacing(rate: int, window: float) -> Spacing:
    """The numbers for at most `rate` requests in ANY `window` seconds, a quarter of them in one burst.

    With a burst of b at distance t, a window w sees up to b + w/t requests, so t is w / (rate - b + 1). So a
    provider with a sliding window never counts more than `rate`; GCRA with a burst of `rate` would permit
    nearly twice as many.
    """
    rate = max(1, rate)
    burst = max(1, rate // 4)
    interval = max(0.0, window) / (rate - burst + 1)
    return Spacing(interval, interval * (burst - 1))


def cooldown(failures: int) -> float:
    """Seconds for which a host is blocked after so many consecutive failures."""
    return min(LONGEST_COOLDOWN, FIRST_COOLDOWN * 2.0 ** min(failures - THRESHOLD, 20))


class Circuit(NamedTuple):
    """One host's breaker.

    Closed (requests are sent), open (blocked for `seconds` more), or half-open (one probe).
    """

    host: str
    state: str
    failures: int
    seconds: float


CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


def circuit(host: str, failures: int, shut_until: float, now: float, *, probing: bool) -> Circuit:
    """The state by these numbers at `now`."""
    if failures < THRESHOLD:
        return Circuit(host, CLOSED, failures, 0.0)
    left = max(0.0, shut_until - now)
    return Circuit(host, HALF_OPEN if probing or left == 0 else OPEN, failures, left)


def backoff(retry: int, chance: float) -> float:
    """Seconds before retry number `retry` (1, 2, …), anywhere up to the limit by `chance` (0 to 1).

    Full jitter, so that many requests that failed together do not repeat together; never zero.
    """
    ceiling = min(LONGEST_BACKOFF, FIRST_BACKOFF * 4.0 ** min(retry - 1, 10))
    return LEAST_BACKOFF + chance * (ceiling - LEAST_BACKOFF)
