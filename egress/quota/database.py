"""Quotas in PostgreSQL: one row for each key and window, counted by one atomic statement.

So no two processes take the last request.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import structlog
from django.db import connection, transaction

from egress.models import QuotaUse
from egress.quota import windows
from egress.quota.allowance import Allowance, matched
from egress.signals import quota_crossed
from pipeline.contract.http import Quota

log = structlog.get_logger(__name__)

_TAKE = """
INSERT INTO egress_quotause AS kept (key, seconds, window_start, used, granted, cost, currency)
VALUES (%s, %s, %s, 1, %s, %s, %s)
ON CONFLICT (key, seconds, window_start) DO UPDATE
SET used = kept.used + 1, granted = EXCLUDED.granted, cost = kept.cost + EXCLUDED.cost
WHERE kept.used < EXCLUDED.granted
RETURNING used, alarmed_at, spent_at
"""
#: The window's row may be missing if the request was counted just before the window began.
_CORRECT = """
INSERT INTO egress_quotause AS kept (key, seconds, window_start, used, granted, cost, currency)
VALUES (%s, %s, %s, %s, %s, 0, %s)
ON CONFLICT (key, seconds, window_start) DO UPDATE SET used = EXCLUDED.used
WHERE kept.used < EXCLUDED.used
RETURNING used
"""
#: The field with the time of the notification, by share.
_TOLD = {0.8: "alerted_at", 1.0: "spent_at"}


class DatabaseQuotas:
    """`Quotas` of all processes. Sends `quota_crossed` once for each window and share."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def take(self, key: str, quotas: Sequence[Quota]) -> None:
        """See `Quotas.take`."""
        now, crossed = self._now(), []
        with transaction.atomic(), connection.cursor() as cursor:
            for quota in windows.by_length(quotas):
                start = windows.window_start(quota, now)
                row = None
                if quota.requests > 0:
                    cost = Decimal(str(quota.cost))
                    cursor.execute(
                        _TAKE, [key, windows.length(quota), start, quota.requests, cost, quota.currency]
                    )
                    row = cursor.fetchone()
                if row is None:
                    raise windows.spent(key, quota, now)
                reported = dict(zip(windows.SHARES, row[1:], strict=True))
                if any(
                    reported[share] is None
                    for share in windows.reached(row[0], quota.requests, windows.length(quota))
                ):
                    crossed.append(quota)
        for quota in crossed:
            self._tell(key, quota, now)

    def correct(self, key: str, quotas: Sequence[Quota], said: Sequence[Allowance]) -> None:
        """See `Quotas.correct`."""
        now = self._now()
        for quota, remaining in matched(quotas, said):
            least = quota.requests - remaining
            if least <= 0:
                continue
            start = windows.window_start(quota, now)
            with connection.cursor() as cursor:
                cursor.execute(
                    _CORRECT, [key, windows.length(quota), start, least, quota.requests, quota.currency]
                )
                corrected = cursor.fetchone()
            if corrected:
                self._tell(key, quota, now)

    def _tell(self, key: str, quota: Quota, now: datetime) -> None:
        """Send the signal for each share that is reached, unless another process has just done so."""
        kept = QuotaUse.objects.get(
            key=key, seconds=windows.length(quota), window_start=windows.window_start(quota, now)
        )
        for share in windows.reached(kept.used, kept.granted, kept.seconds):
            field = _TOLD[share]
            if not QuotaUse.objects.filter(pk=kept.pk, **{f"{field}__isnull": True}).update(**{field: now}):
                continue
            log.warning(
                "egress.quota_crossed",
                key=key,
                used=kept.used,
                granted=kept.granted,
                seconds=kept.seconds,
                share=share,
            )
            answers = quota_crossed.send_robust(
                sender=QuotaUse,
                key=key,
                used=kept.used,
                granted=kept.granted,
                window_end=kept.window_start + timedelta(seconds=kept.seconds),
                seconds=kept.seconds,
                share=share,
                cost=kept.cost,
                currency=kept.currency,
            )
            for _, answer in answers:
                if isinstance(answer, Exception):
                    log.error("egress.quota_not_told", key=key, error=type(answer).__name__)
