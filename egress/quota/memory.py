"""Quotas of one process: for `inspect_source` and for tests."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from egress.quota import windows
from egress.quota.allowance import Allowance, matched
from pipeline.contract.http import Quota


class MemoryQuotas:
    """`Quotas` in a dictionary, without signals."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._used: dict[tuple[str, int], tuple[datetime, int]] = {}
        self._lock = threading.Lock()

    def take(self, key: str, quotas: Sequence[Quota]) -> None:
        """See `Quotas.take`."""
        now = self._now()
        with self._lock:
            for quota in windows.by_length(quotas):
                if self._in_window(key, quota, now) >= quota.requests:
                    raise windows.spent(key, quota, now)
            for quota in quotas:
                self._keep(key, quota, now, self._in_window(key, quota, now) + 1)

    def correct(self, key: str, quotas: Sequence[Quota], said: Sequence[Allowance]) -> None:
        """See `Quotas.correct`."""
        now = self._now()
        with self._lock:
            for quota, remaining in matched(quotas, said):
                self._keep(key, quota, now, max(self._in_window(key, quota, now), quota.requests - remaining))

    def _in_window(self, key: str, quota: Quota, now: datetime) -> int:
        start, used = self._used.get((key, windows.length(quota)), (None, 0))
        return used if start == windows.window_start(quota, now) else 0

    def _keep(self, key: str, quota: Quota, now: datetime, used: int) -> None:
        self._used[key, windows.length(quota)] = (windows.window_start(quota, now), used)
