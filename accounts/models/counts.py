"""The counts of password guesses and of requests."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.utils.timezone import now

from accounts.enums import Guesser


class GuessCount(models.Model):
    """Recent password guesses: `count`, the last one at `last_at`.

    `key` is a keyed hash of guesser and target (accounts.throttling).
    """

    key = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=24, choices=Guesser)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} by {self.kind}"


_ADD_ONE = """
WITH old AS (DELETE FROM accounts_limitcount WHERE ends_at < %(now)s)
INSERT INTO accounts_limitcount (policy, caller, ends_at, used) VALUES (%(policy)s, %(caller)s, %(ends)s, 1)
ON CONFLICT (policy, caller, ends_at) DO UPDATE SET used = accounts_limitcount.used + 1 RETURNING used
"""


class LimitCount(models.Model):
    """Requests of a caller in the window that ends at `ends_at`; only used while Valkey is unreachable.

    `caller` is a keyed hash.
    """

    policy = models.CharField(max_length=40)
    caller = models.CharField(max_length=64)
    ends_at = models.DateTimeField(db_index=True)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "caller", "ends_at"], name="limit_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.used}"

    @classmethod
    def add_one(cls, *, policy: str, caller: str, ends: int) -> int:
        """Increment the count in one statement, which is safe for concurrent requests; delete old windows.

        `ends` in seconds since 1970.
        """
        values: dict[str, Any] = {
            "policy": policy,
            "caller": caller,
            "ends": datetime.fromtimestamp(ends, UTC),
            "now": now(),
        }
        with connection.cursor() as cursor:
            cursor.execute(_ADD_ONE, values)
            used: int = cursor.fetchone()[0]
        return used
