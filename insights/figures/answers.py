"""What happened to events in a window, as the API answers it and the page shows it. Numbers about few people are hidden."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from insights.figures.hiding import OF_PEOPLE, K, hide
from insights.figures.reading import Cities, broken_down, names_of, points, totals
from insights.figures.windows import window_of
from insights.models.figures import ACTS

#: The acts with events; accounts are told with the users.
OF_EVENTS: Final = tuple(act for act in ACTS if act != "accounts")
#: The way from a page to the door.
FUNNEL: Final = (
    ("views", "looked at it"),
    ("clicks", "left for tickets"),
    ("registrations", "registered"),
    ("attended", "came"),
)
Shown = dict[str, int | None]


def of_events(*, now: datetime, window: str, by: str = "", cities: Cities = None, limit: int = 50) -> dict[str, Any]:  # fmt: skip
    """The answer of `/api/v1/admin/analytics/events`. At most five queries. Raises KeyError for an unknown window or breakdown."""
    period = window_of(window, now=now)
    total = totals(period, cities)
    moments = points(period, cities)
    steps = _hidden([acts for _, acts in moments])
    answer: dict[str, Any] = {
        "window": window,
        "since": period.since,
        "until": period.until,
        "step_seconds": int(period.step.total_seconds()),
        "k": K,
        "totals": alone(total),
        "before": alone(totals(period.before, cities)),
        "funnel": funnel(alone(total)),
        "points": [{"at": at, **acts} for (at, _), acts in zip(moments, steps, strict=True)],
        "by": by,
        "rows": [],
        "more": 0,
    }
    if by:
        found = broken_down(period, by, cities)
        shown = list(zip([key for key, _ in found], _hidden([acts for _, acts in found]), strict=True))
        names = names_of(by, [key for key, _ in shown[:limit]])
        answer["rows"] = [{"key": key, "name": names[key], **acts} for key, acts in shown[:limit]]
        answer["more"] = len(shown) - len(answer["rows"])
    answer["hidden"] = sum(
        row[act] is None for row in (*answer["points"], *answer["rows"]) for act in OF_EVENTS
    )
    return answer


def alone(acts: Mapping[str, int]) -> Shown:
    """Sums that stand alone: those of people only from K on."""
    return {act: hide([acts[act]])[0] if act in OF_PEOPLE else acts[act] for act in OF_EVENTS}


def funnel(total: Mapping[str, int | None]) -> list[dict[str, Any]]:
    """The steps from view to door: count, and its share of the views; None where it is hidden, or nobody looked."""
    views = total["views"]
    return [
        {"step": step, "words": words, "count": total[step], "share": _share(total[step], views)}
        for step, words in FUNNEL
    ]


def _share(count: int | None, views: int | None) -> float | None:
    return round(count / views, 4) if views and count is not None else None


def _hidden(rows: list[dict[str, int]]) -> list[Shown]:
    """The rows of a breakdown with what is hidden as None, each act by itself."""
    columns = {
        act: hide([row[act] for row in rows]) if act in OF_PEOPLE else [row[act] for row in rows]
        for act in OF_EVENTS
    }
    return [{act: columns[act][place] for act in OF_EVENTS} for place in range(len(rows))]
