"""The arithmetic that the limits in memory and in Valkey share."""

from typing import NamedTuple

#: Consecutive failures that open a circuit, and for how long: doubling from the first to the longest
#: (seconds).
THRESHOLD = 5
FIRST_COOLDOWN = 60.0
LONGEST_COOLDOWN = 3600.0
#: How long one probe of a half-open circuit keeps others away (seconds), and when failures are forgotten.
PROBE = 90.0
MEMORY = 6 * 3600.0
#: Waits before another try (seconds): at least the least, at most the first, then four times as long each
#: time, up to the longest.
LEAST_BACKOFF = 0.25
FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 16.0


class Spacing(NamedTuple):
    """GCRA's two numbers in seconds: the steady distance between requests, and by how much a burst may run
    ahead of it."""

    interval: float
    tolerance: float


def spacing(rate: int, window: float) -> Spacing:
    """Numbers for at most `rate` requests in ANY `window` seconds, a quarter of them in one burst.

    With a burst of b at distance t, a window w sees up to b + w/t requests, so t is w / (rate - b + 1): a
    provider that counts in a sliding window never sees more than `rate`, which GCRA with a burst of `rate`
    would not keep (it lets nearly twice as many through).
    """
    rate = max(1, rate)
    burst = max(1, rate // 4)
    interval = max(0.0, window) / (rate - burst + 1)
    return Spacing(interval, interval * (burst - 1))


def cooldown(failures: int) -> float:
    """Seconds for which a host is left alone after so many consecutive failures."""
    return min(LONGEST_COOLDOWN, FIRST_COOLDOWN * 2.0 ** min(failures - THRESHOLD, 20))


class Circuit(NamedTuple):
    """One host's breaker: closed (requests go), open (left alone for `seconds` more), or half-open (one
    request may probe, or is doing so)."""

    host: str
    state: str
    failures: int
    seconds: float


CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


def circuit(host: str, failures: int, shut_until: float, now: float, *, probing: bool) -> Circuit:
    """The state that these numbers mean at `now`."""
    if failures < THRESHOLD:
        return Circuit(host, CLOSED, failures, 0.0)
    left = max(0.0, shut_until - now)
    return Circuit(host, HALF_OPEN if probing or left == 0 else OPEN, failures, left)


def backoff(retry: int, chance: float) -> float:
    """Seconds before repetition number `retry` (1, 2, …), anywhere up to the bound by `chance` (0 to 1): full
    jitter, so that many who failed together do not come back together, but never at once."""
    ceiling = min(LONGEST_BACKOFF, FIRST_BACKOFF * 4.0 ** min(retry - 1, 10))
    return LEAST_BACKOFF + chance * (ceiling - LEAST_BACKOFF)
