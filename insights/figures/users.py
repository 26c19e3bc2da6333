"""Who came and stayed, and what the log says of places on the site. Numbers about few people are hidden."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Max, Sum

from insights.figures import cohorts, demand
from insights.figures.hiding import K, hide
from insights.figures.reading import Cities, points, totals
from insights.figures.windows import Window, window_of
from insights.models import InteractionSum

#: New accounts, and what people with an account or an address did.
OF_USERS: Final = ("accounts", "saves", "registrations", "cancelled", "attended")


def of_users(*, now: datetime, window: str, weeks: int) -> dict[str, Any]:
    """The answer of `/api/v1/admin/analytics/users`. Raises KeyError for an unknown window."""
    period = window_of(window, now=now)
    total, before, moments = totals(period, None), totals(period.before, None), points(period, None)
    steps = {act: hide([acts[act] for _, acts in moments]) for act in OF_USERS}
    told = {kind: cohorts.table(kind, now=now, weeks=weeks) for kind in cohorts.kinds()}
    answer: dict[str, Any] = {
        "window": window,
        "since": period.since,
        "until": period.until,
        "step_seconds": int(period.step.total_seconds()),
        "k": K,
        "totals": {act: hide([total[act]])[0] for act in OF_USERS},
        "before": {act: hide([before[act]])[0] for act in OF_USERS},
        "points": [
            {"at": at, **{act: steps[act][place] for act in OF_USERS}}
            for place, (at, _) in enumerate(moments)
        ],
        "cohorts": [{"kind": kind, **row} for kind, rows in told.items() for row in rows],
    }
    answer["hidden"] = sum(value is None for row in answer["points"] for value in row.values()) + sum(
        value is None for row in answer["cohorts"] for value in (row["people"], *row["active"])
    )
    return answer


def of_insights(*, now: datetime, window: str, cities: Cities, limit: int) -> dict[str, Any]:
    """The answer of `/api/v1/admin/analytics/insights`. Raises KeyError for an unknown window."""
    period = window_of(window, now=now)
    missed, few = demand.not_found(now=now, window=period, cities=cities, limit=limit)
    shown, hidden = surfaces(period, cities)
    return {
        "window": window,
        "since": period.since,
        "until": period.until,
        "k": K,
        "not_found": missed,
        "searched": demand.searched(now=now, window=period, cities=cities),
        "coverage": demand.coverage(now=now, window=period, cities=cities, limit=limit),
        "surfaces": shown,
        "hidden": few + hidden,
    }


def surfaces(window: Window, cities: Cities) -> tuple[list[dict[str, Any]], int]:
    """What participants of the log did by where they had seen the event, by whole days, and how many rows are hidden. One query.

    A row is shown where at least K different participants did it on one day, in one city and category: sums of days may count one person twice.
    """
    rows = InteractionSum.objects.filter(day__gte=window.since.date(), day__lte=window.until.date())
    if cities is not None:
        rows = rows.filter(city_id__in=cities)
    summed = rows.order_by().values("surface", "interaction")
    told = list(summed.annotate(all_times=Sum("times"), most=Max("participants")).order_by("surface", "interaction"))  # fmt: skip
    shown = [
        {"surface": row["surface"] or "unknown", "interaction": row["interaction"], "times": row["all_times"]}
        for row in told
        if row["most"] >= K
    ]
    return shown, len(told) - len(shown)
