"""Rules are judged every minute: alerts are opened and closed as they say."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Max

from operations.measures.catalogue import SERIES
from operations.models import MetricMinute
from operations.watch.judging import ERROR_BURN, Asked, Times, holds, value_of, would_have
from sources.enums import Condition
from sources.models import Alert, AlertRule
from sources.monitoring.alerts import raise_alert, resolve

#: So far back a rule is tried out.
WEEK: Final = timedelta(days=7)
_MINUTE: Final = timedelta(minutes=1)


def measures() -> list[tuple[str, str]]:
    """What a rule may measure, with its words."""
    own = [(name, f"{name}: {one.about}") for name, one in SERIES.items()]
    return [(ERROR_BURN, f"{ERROR_BURN}: how many times faster than 99.9 % allows errors come"), *own]


def asked_of(rule: AlertRule) -> Asked:
    """What the row asks."""
    return Asked(
        measure=rule.measure, condition=Condition(rule.condition), threshold=rule.threshold,
        minutes=rule.minutes, cooldown=rule.cooldown,
    )  # fmt: skip


def judge(*, now: datetime) -> int:
    """Open and close the alerts of all rules that measure. Returns how many were opened. Four queries where nothing changes."""
    rules = list(AlertRule.objects.exclude(condition=Condition.RAISED))
    if not rules:
        return 0
    longest = max(rule.minutes for rule in rules)
    minutes = list(
        MetricMinute.objects.filter(at__gt=now - longest * _MINUTE, at__lte=now)
        .order_by("at")
        .values_list("at", "numbers")
    )
    keys = [_key(rule) for rule in rules]
    alerts = Alert.objects.filter(key__in=keys)
    is_open = set(alerts.filter(resolved_at__isnull=True).values_list("key", flat=True))
    last: dict[str, datetime] = dict(
        alerts.order_by().values_list("key").annotate(at=Max("raised_at")).values_list("key", "at")
    )
    return sum(_judge_one(rule, minutes, is_open, last.get(_key(rule)), now) for rule in rules)


def _judge_one(
    rule: AlertRule,
    minutes: list[tuple[datetime, Any]],
    is_open: set[str],
    last: datetime | None,
    now: datetime,
) -> bool:
    key, asked = _key(rule), asked_of(rule)
    window = [numbers for at, numbers in minutes if at > now - rule.minutes * _MINUTE]
    is_so = rule.is_on and holds(asked, window)
    if key in is_open:
        if is_so is False:
            resolve(key, now=now)
        return False
    if not is_so or (last is not None and now - last < rule.cooldown * _MINUTE):
        return False
    return raise_alert(key, rule.title, detail=_detail(rule, value_of(asked, window)), rule=rule, now=now)


def tried(asked: Asked, *, now: datetime) -> list[Times]:
    """The alerts that there would have been in the last week, if the rule had been on (one query)."""
    rows = MetricMinute.objects.filter(at__gt=now - WEEK, at__lte=now).order_by("at")
    return would_have(asked, list(rows.values_list("at", "numbers")))


def _key(rule: AlertRule) -> str:
    return f"rule:{rule.slug}"


def _detail(rule: AlertRule, value: float | None) -> str:
    words = f"{rule.measure} is {value:.4g}, over {rule.minutes} minutes." if value is not None else ""
    return f"{words} {rule.remedy}".strip()
