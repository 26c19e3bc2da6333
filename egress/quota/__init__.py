"""Counts the requests of keys against their platforms' quotas.

In PostgreSQL, or in memory without a database. Windows are fixed: an hour begins at its full minute 0 UTC, a
day at midnight UTC. A platform with a sliding window may count up to twice as many around the border of two
windows; its own statement (`allowance.py`) and its 429 correct that.
"""

from collections.abc import Sequence
from typing import Protocol

from egress.quota.allowance import Allowance
from egress.quota.memory import MemoryQuotas
from pipeline.contract.http import Quota

__all__ = ["Allowance", "MemoryQuotas", "Quotas"]


class Quotas(Protocol):
    """Counts every request before it is sent."""

    def take(self, key: str, quotas: Sequence[Quota]) -> None:
        """Count one request in all of `quotas`, or in none.

        Raises QuotaSpent, with the seconds to the end of the exhausted window.
        """
        ...

    def correct(self, key: str, quotas: Sequence[Quota], said: Sequence[Allowance]) -> None:
        """Reduce what is left to the platform's own statement. It never increases."""
        ...
