"""The arithmetic of windows and shares, the same in memory and in PostgreSQL."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from egress.exceptions import QuotaSpent
from pipeline.contract.http import Quota

#: Shares of a quota at which operators are told.
SHARES = (0.8, 1.0)
#: Nobody is told of windows shorter than this (seconds): a limit of so many a second is reached all the time.
SHORTEST_TOLD = 60


def length(quota: Quota) -> int:
    """The window's length in whole seconds, 1 at least."""
    return max(1, round(quota.seconds))


def window_start(quota: Quota, now: datetime) -> datetime:
    """When the window that `now` (aware) lies in began, in UTC."""
    seconds = length(quota)
    return datetime.fromtimestamp(math.floor(now.timestamp()) // seconds * seconds, UTC)


def window_end(quota: Quota, now: datetime) -> datetime:
    """When the window that `now` lies in is over, in UTC."""
    return window_start(quota, now) + timedelta(seconds=length(quota))


def by_length(quotas: Sequence[Quota]) -> list[Quota]:
    """Always the same order, so that two processes never wait for each other's rows."""
    return sorted(quotas, key=length)


def reached(used: int, granted: int, seconds: int) -> list[float]:
    """The shares that `used` of `granted` in a window of `seconds` has come to, as far as operators hear of
    them."""
    return [share for share in SHARES if used >= share * granted and seconds >= SHORTEST_TOLD]


def spent(key: str, quota: Quota, now: datetime) -> QuotaSpent:
    """The failure that says so."""
    left = (window_end(quota, now) - now).total_seconds()
    return QuotaSpent(
        f"{key}: all of its {quota.requests} requests in {length(quota)} s are used", retry_after=left
    )
