"""Alerts for operators: sent once at the beginning and once at the end, in few messages, as the rules say."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max, Q, Value
from django.utils.timezone import now as clock

from accounts.rights import Actor, name_of, require
from accounts.secrets import redact
from notices.services import tell_operators
from places.queries.reach import narrowed
from sources.enums import Condition, Severity
from sources.models import Alert, AlertRule, Source
from sources.monitoring.channels import AlertNews, channels, operators

#: At most one message in this time, with all new alerts.
APART: Final = timedelta(minutes=10)
#: So many alerts are listed in one message; the rest is counted.
MOST: Final = 50
_LOCK: Final = 0x4E6F6341  # "NocA": only one process sends at a time


def raise_alert(
    key: str,
    title: str,
    *,
    detail: str = "",
    source: Source | None = None,
    rule: AlertRule | None = None,
    now: datetime | None = None,
) -> bool:
    """Open the alert with that key. An open one stays, with the new detail. True where it is new.

    `rule` says how urgent it is and whom it reaches; by default the rule whose pattern fits the key, if there is one.
    """
    words = redact(detail)[:1000]
    governing = rule or rule_of(key)
    row = Alert(
        key=key[:200], title=redact(title)[:200], detail=words, source=source, raised_at=now or clock(),
        rule=governing, severity=governing.severity if governing else Severity.WARNING,
    )  # fmt: skip
    with transaction.atomic():
        open_one = Alert.objects.select_for_update().filter(key=row.key, resolved_at__isnull=True).first()
        if open_one is not None:
            Alert.objects.filter(pk=open_one.pk).exclude(detail=words).update(detail=words)
            return False
        Alert.objects.bulk_create([row], ignore_conflicts=True)
    return Alert.objects.filter(pk=row.pk).exists()


def rule_of(key: str) -> AlertRule | None:
    """The rule for alerts that the code raises with such a key (one query)."""
    rules = AlertRule.objects.filter(condition=Condition.RAISED).order_by("slug")
    return next((rule for rule in rules if fnmatchcase(key, rule.measure)), None)


def acknowledge(alerts: Iterable[UUID], *, by: Actor, now: datetime | None = None) -> int:
    """Note that somebody looks after these open alerts, so that they are not escalated. Returns how many."""
    require(by, "sources.change_alert")
    rows = narrowed(
        Alert.objects.filter(pk__in=list(alerts), acknowledged_at__isnull=True), by, "source__city"
    )
    return rows.filter(resolved_at__isnull=True).update(
        acknowledged_at=now or clock(), acknowledged_by=name_of(by)[:60]
    )


def resolve(key: str, *, now: datetime | None = None) -> bool:
    """Close the open alert with that key. True where there was one."""
    return bool(
        Alert.objects.filter(key=key[:200], resolved_at__isnull=True).update(resolved_at=now or clock())
    )


def notice(
    key: str, title: str, *, detail: str = "", source: Source | None = None, now: datetime | None = None
) -> None:
    """Raise an alert that has no end, such as a replaced key."""
    moment, rule = now or clock(), rule_of(key)
    Alert.objects.create(
        rule=rule, severity=rule.severity if rule else Severity.INFO,
        key=key[:200], title=redact(title)[:200], detail=redact(detail)[:1000], source=source,
        raised_at=moment, resolved_at=moment, resolution_told_at=moment,
    )  # fmt: skip


def forget_old(*, now: datetime) -> int:
    """Delete alerts that have been over for ALERT_LOG_DAYS. Returns how many."""
    end = now - timedelta(days=settings.ALERT_LOG_DAYS)
    return Alert.objects.filter(resolved_at__lt=end).delete()[0]


def notify_operators(*, now: datetime | None = None) -> int:
    """Send operators the new alerts, in one message by each channel, at most one in ten minutes; critical ones at once.

    Each alert goes by the channels of its rule, all of them where it has none. Returns how many were sent. An alert
    counts as sent when one channel accepted it; otherwise the next call retries. An alert that began and ended unsent is
    one line. Running twice sends once.
    """
    moment = now or clock()
    with transaction.atomic():
        if not _mine():
            return 0
        _let_silent_be(moment)
        waiting = _untold() | _unanswered(moment)
        if _too_soon(moment):
            waiting &= Q(severity=Severity.CRITICAL)
        rows = list(
            Alert.objects.select_related("source", "rule").filter(waiting).order_by("raised_at", "id")[:500]
        )
        return _told(rows, moment) if rows else 0


def _told(rows: list[Alert], now: datetime) -> int:
    """Send the rows and note it. Those that no channel accepted wait."""
    went: set[UUID] = set()
    for channel in channels():
        its = [row for row in rows if row.told_at or row.rule is None or channel.name in row.rule.channels]
        news = [_news(row) for row in its]
        if its and channel.send(news[:MOST], more=max(0, len(news) - MOST)):
            went |= {row.pk for row in its}
    taken = [row for row in rows if row.pk in went]
    if not taken:
        return 0
    lines = [_news(row).line() for row in taken[:MOST]]
    tell_operators(operators(), lines, more=max(0, len(taken) - MOST), now=now)
    for row in taken:
        if row.resolved_at is not None:
            row.resolution_told_at = row.resolution_told_at or now
        elif row.told_at is not None:
            row.escalated_at = now
        row.told_at = row.told_at or now
    Alert.objects.bulk_update(taken, ["told_at", "resolution_told_at", "escalated_at"])
    return len(taken)


def _let_silent_be(now: datetime) -> None:
    """Note as told what a rule keeps silent: it is in the history, and nobody is sent it."""
    silent = Q(rule__is_on=False) | Q(rule__silenced_until__gt=now)
    Alert.objects.filter(silent, told_at__isnull=True).update(told_at=now, escalated_at=now)
    Alert.objects.filter(silent, resolved_at__isnull=False, resolution_told_at__isnull=True).update(
        resolution_told_at=now
    )


def _untold() -> Q:
    return Q(told_at__isnull=True) | Q(resolved_at__isnull=False, resolution_told_at__isnull=True)


def _unanswered(now: datetime) -> Q:
    """Told, open, and not acknowledged for longer than the rule allows."""
    late = Q(rule__escalate_after__gt=0) & Q(
        told_at__lte=Value(now) - F("rule__escalate_after") * Value(timedelta(minutes=1))
    )
    return late & Q(resolved_at__isnull=True, acknowledged_at__isnull=True, escalated_at__isnull=True)


def _news(row: Alert) -> AlertNews:
    ended = row.resolved_at is not None and row.resolution_told_at is None
    return AlertNews(
        title=row.title,
        detail=row.detail,
        began=row.raised_at,
        ended=row.resolved_at if ended else None,
        known=row.told_at is not None,
        key=row.key,
        severity=Severity(row.severity),
        escalated=row.told_at is not None and row.resolved_at is None,
    )


def _too_soon(now: datetime) -> bool:
    last = Alert.objects.filter(told_at__gt=now - APART).aggregate(at=Max("told_at"))["at"]
    resolved = Alert.objects.filter(told_at__isnull=False, resolution_told_at__gt=now - APART).exists()
    return last is not None or resolved


def _mine() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
