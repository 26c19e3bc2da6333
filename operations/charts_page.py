"""`/admin/metrics/`: the kept minutes as charts, each with its table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.rights import may, require
from operations.dashboard.lines import drawn
from operations.measures import kept
from operations.measures.catalogue import SERIES
from places.queries.reach import cities_of, require_city

RIGHT: Final = "sources.view_fetchrun"
#: What may be asked for, in hours.
HOURS: Final = (1, 6, 24, 168, 720)
#: Rows of the table beside a chart.
_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its lines, and a table with a few moments."""

    title: str
    svg: SafeString
    names: list[str]
    most: float
    rows: list[tuple[datetime, list[float | None]]]


def may_see_metrics(request: HttpRequest) -> bool:
    """Whether the sidebar has the page."""
    return may(request.user, RIGHT) and cities_of(request.user) is None


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """The page, for those who work in all cities."""
    require(request.user, RIGHT)
    require_city(request.user, None)
    asked = request.GET.get("hours", "")
    hours = int(asked) if asked in map(str, HOURS) else 24
    found = kept.read(now=now(), hours=hours)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Metrics",
        "charts": list(charts(found["series"])),
        "hours": hours,
        "choices": HOURS,
        "minutes": found["grain_seconds"] // 60,
    }
    return render(request, "admin/operations/metrics.html", context)


def charts(series: dict[str, Any]) -> Iterable[Chart]:
    """One chart for each group that has a number."""
    groups: dict[str, list[str]] = {}
    for name, one in SERIES.items():
        if name in series:
            groups.setdefault(one.group, []).append(name)
    for number, (title, names) in enumerate(groups.items()):
        lines = [series[name]["points"] for name in names]
        most = max(value for line in lines for _, value in line)
        yield Chart(
            title, drawn(lines, names, most, title=title, key=f"plot-{number}"), names, most, _rows(lines)
        )


def _rows(lines: Sequence[list[list[float]]]) -> list[tuple[datetime, list[float | None]]]:
    """The latest moments of all lines, evenly apart, the newest first."""
    moments = sorted({at for line in lines for at, _ in line})
    apart = max(1, len(moments) // _ROWS)
    values = [{point[0]: point[1] for point in line} for line in lines]
    return [
        (datetime.fromtimestamp(at, UTC), [line.get(at) for line in values]) for at in moments[::-1][::apart]
    ]
