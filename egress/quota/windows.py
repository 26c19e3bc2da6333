"""The calculations of windows and shares, the same in memory and in PostgreSQL."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from egress.exceptions import QuotaSpent
from pipeline.contract.http import Quota

#: Shares of a quota at which operators are alerted.
SHARES = (0.8, 1.0)
#: Windows shorter than this (seconds) raise no alerts: a limit for each second is reached all the time.
SHORTEST_TOLD = 60


def length(quota: Quota) -> int:
    """The window's length in whole seconds, at least 1."""
    return max(1, round(quota.seconds))


def window_start(quota: Quota, now: datetime) -> datetime:
    """The beginning, in UTC, of the window that contains `now` (aware)."""
    seconds = length(quota)
    return datetime.fromtimestamp(math.floor(now.timestamp()) // seconds * seconds, UTC)


def window_end(quota: Quota, now: datetime) -> datetime:
    """The end, in UTC, of the window that contains `now`."""
    return window_start(quota, now) + timedelta(seconds=length(quota))


def by_length(quotas: Sequence[Quota]) -> list[Quota]:
    """The quotas in a fixed order, so that processes cannot deadlock on rows."""
    return sorted(quotas, key=length)


def reached(used: int, granted: int, seconds: int) -> list[float]:
    """The shares that `used` of `granted` in a window of `seconds` has reached, for alerts."""
    return [share for share in SHARES if used >= share * granted and seconds >= SHORTEST_TOLD]


def spent(key: str, quota: Quota, now: datetime) -> QuotaSpent:
    """The error for an exhausted quota."""
    left = (window_end(quota, now) - now).total_seconds()
    return QuotaSpent(
        f"{key}: all of its {quota.requests} requests in {length(quota)} s are used", retry_after=left
    )
