"""How right expectations were, day by day, as the API answers it and the page shows it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from insights.figures.hiding import K
from insights.models import ExpectationAccuracy

DAYS: Final = 90


def accuracy_over(*, now: datetime, days: int = DAYS, targets: Sequence[str] = ()) -> dict[str, Any]:
    """The errors of each day, the latest first. One query.

    Errors over fewer than K events are hidden: they would tell of single ones.
    """
    since = (now - timedelta(days=days - 1)).date()
    rows = ExpectationAccuracy.objects.filter(day__gte=since, day__lte=now.date())
    if targets:
        rows = rows.filter(target__in=targets)
    told = [_told(row) for row in rows.order_by("-day", "target", "reach")]
    return {
        "since": since,
        "until": now.date(),
        "k": K,
        "hidden": sum(row["events"] is None for row in told),
        "rows": told,
    }


def _told(row: ExpectationAccuracy) -> dict[str, Any]:
    hidden = row.events < K
    return {
        "day": row.day,
        "target": row.target,
        "reach": row.reach,
        "events": None if hidden else row.events,
        "naive_error": None if hidden else round(row.naive_error, 4),
        "error": None if hidden else round(row.error, 4),
        "is_shown": row.is_shown,
    }
