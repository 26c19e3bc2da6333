"""The remaining quotas of keys."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.utils.timezone import now as current

from egress.models import QuotaUse

#: A page or a scrape shows at most so many rows.
MOST = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotaLeft:
    """One key's use of one window that has not ended.

    `seconds` is its length, `cost` the cost so far in `currency`.
    """

    key: str
    used: int
    granted: int
    seconds: int
    window_end: datetime
    cost: Decimal
    currency: str

    @property
    def left(self) -> int:
        """The requests left in this window."""
        return max(0, self.granted - self.used)


def quota_left(now: datetime | None = None) -> list[QuotaLeft]:
    """All windows that contain `now`, by key and length; at most 1,000.

    A key without requests in its window has no row.
    """
    moment = now or current()
    length = ExpressionWrapper(F("seconds") * Value(timedelta(seconds=1)), output_field=DurationField())
    rows = QuotaUse.objects.filter(window_start__lte=moment, window_start__gt=moment - length).order_by(
        "key", "seconds"
    )
    return [
        QuotaLeft(
            key=row.key,
            used=row.used,
            granted=row.granted,
            seconds=row.seconds,
            window_end=row.window_start + timedelta(seconds=row.seconds),
            cost=row.cost,
            currency=row.currency,
        )
        for row in rows[:MOST]
    ]
