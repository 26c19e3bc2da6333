"""Alerts for operators: sent once at the beginning and once at the end, in few messages."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils.timezone import now as clock

from accounts.secrets import redact
from notices.services import tell_operators
from sources.models import Alert, Source
from sources.monitoring.channels import AlertNews, channels, operators

#: At most one message in this time, with all new alerts.
APART: Final = timedelta(minutes=10)
#: So many alerts are listed in one message; the rest is counted.
MOST: Final = 50
_LOCK: Final = 0x4E6F6341  # "NocA": only one process sends at a time


def raise_alert(
    key: str, title: str, *, detail: str = "", source: Source | None = None, now: datetime | None = None
) -> bool:
    """Open the alert with that key. An open one stays, with the new detail. True where it is new."""
    words = redact(detail)[:1000]
    row = Alert(
        key=key[:200], title=redact(title)[:200], detail=words, source=source, raised_at=now or clock()
    )
    with transaction.atomic():
        open_one = Alert.objects.select_for_update().filter(key=row.key, resolved_at__isnull=True).first()
        if open_one is not None:
            Alert.objects.filter(pk=open_one.pk).exclude(detail=words).update(detail=words)
            return False
        Alert.objects.bulk_create([row], ignore_conflicts=True)
    return Alert.objects.filter(pk=row.pk).exists()


def resolve(key: str, *, now: datetime | None = None) -> bool:
    """Close the open alert with that key. True where there was one."""
    return bool(
        Alert.objects.filter(key=key[:200], resolved_at__isnull=True).update(resolved_at=now or clock())
    )


def notice(
    key: str, title: str, *, detail: str = "", source: Source | None = None, now: datetime | None = None
) -> None:
    """Raise an alert that has no end, such as a replaced key."""
    moment = now or clock()
    Alert.objects.create(
        key=key[:200], title=redact(title)[:200], detail=redact(detail)[:1000], source=source,
        raised_at=moment, resolved_at=moment, resolution_told_at=moment,
    )  # fmt: skip


def notify_operators(*, now: datetime | None = None) -> int:
    """Send operators the new alerts, in one message by each channel, at most one in ten minutes.

    Returns how many alerts were sent. An alert counts as sent when one channel accepted it; otherwise the
    next call retries. An alert that began and ended unsent is one line. Running twice sends once.
    """
    moment = now or clock()
    with transaction.atomic():
        if not _mine() or _too_soon(moment):
            return 0
        rows = list(
            Alert.objects.select_related("source").filter(_untold()).order_by("raised_at", "id")[:500]
        )
        if not rows:
            return 0
        news = [_news(row) for row in rows]
        taken = [channel.send(news[:MOST], more=max(0, len(news) - MOST)) for channel in channels()]
        if not any(taken):
            return 0
        lines = [one.line() for one in news[:MOST]]
        tell_operators(operators(), lines, more=max(0, len(news) - MOST), now=moment)
        for row in rows:
            row.told_at = row.told_at or moment
            if row.resolved_at is not None:
                row.resolution_told_at = row.resolution_told_at or moment
        Alert.objects.bulk_update(rows, ["told_at", "resolution_told_at"])
        return len(rows)


def _untold() -> Q:
    return Q(told_at__isnull=True) | Q(resolved_at__isnull=False, resolution_told_at__isnull=True)


def _news(row: Alert) -> AlertNews:
    ended = row.resolved_at is not None and row.resolution_told_at is None
    return AlertNews(
        title=row.title,
        detail=row.detail,
        began=row.raised_at,
        ended=row.resolved_at if ended else None,
        known=row.told_at is not None,
    )


def _too_soon(now: datetime) -> bool:
    last = Alert.objects.filter(told_at__gt=now - APART).aggregate(at=Max("told_at"))["at"]
    resolved = Alert.objects.filter(told_at__isnull=False, resolution_told_at__gt=now - APART).exists()
    return last is not None or resolved


def _mine() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
