"""How many requests a platform grants a key, and how many are used: counted in PostgreSQL, or in memory
without a database.

Windows are fixed: an hour's begins at its full minute 0 UTC, a day's at midnight UTC. A platform whose window
slides may count up to twice as many around the seam of two of ours; its own word (`allowance.py`) and its 429
correct that.
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
        """Count one request in all of `quotas`, or in none: QuotaSpent, with the seconds to the end of the
        window that is used up."""
        ...

    def correct(self, key: str, quotas: Sequence[Quota], said: Sequence[Allowance]) -> None:
        """Leave no more than the platform itself says is left. Never more than our own count leaves."""
        ...
