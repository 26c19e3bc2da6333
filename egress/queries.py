"""What is left of the keys' quotas."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.utils.timezone import now as current

from egress.models import QuotaUse

#: As many rows as a page or a scrape shows.
MOST = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotaLeft:
    """One key's use of one window that has not ended. `seconds` is its length, `cost` what it cost so far in
    `currency`."""

    key: str
    used: int
    granted: int
    seconds: int
    window_end: datetime
    cost: Decimal
    currency: str

    @property
    def left(self) -> int:
        """Requests that may still be made in this window."""
        return max(0, self.granted - self.used)


def quota_left(now: datetime | None = None) -> list[QuotaLeft]:
    """All windows that `now` lies in, by key and length; 1,000 at most. A key that asked for nothing in its
    window has no row: all is left."""
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
