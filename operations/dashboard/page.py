"""What the admin's first page shows to one person, and the parts of it that are read again when something happens."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from moderation.admin import may_see_queue
from moderation.admin.sidebar import queue_of
from operations.dashboard.drawing import Hours, bars, described
from operations.dashboard.figures.asked import asked
from operations.dashboard.figures.coverage import WEEKDAYS, heat
from operations.dashboard.figures.decisions import decided
from operations.dashboard.figures.ingest import ingest
from operations.dashboard.figures.queue import queue
from operations.dashboard.figures.runs import runs_now
from operations.dashboard.figures.watch import watch

#: The parts whose figures are kept for a minute.
_KEPT_PARTS: Final = ("queue", "decided", "ingest", "heat")


def first_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of `templates/admin/index.html` (UNFOLD's DASHBOARD_CALLBACK): a bounded number of queries."""
    moment, by = now(), request.user
    parts: dict[str, Any] = {
        "queue": queue(by, now=moment),
        "decided": decided(by, now=moment),
        "watch": watch(by),
        "asked": asked(by),
        "ingest": ingest(by, now=moment),
        "heat": heat(by, now=moment),
        "runs": runs_now(by),
    }
    context.update(parts)
    context.update(
        {
            "title": "Dashboard",
            "subtitle": None,
            "weekdays": WEEKDAYS,
            "charts": {
                name: _chart(name, title, parts[name].hours) for name, title in _TITLES.items() if parts[name]
            },
            "is_empty": not any(parts.values()),
            "counted_at": min((parts[name].at for name in _KEPT_PARTS if parts[name]), default=moment),
            "moment": moment,
            "sees_live": may_see_queue(request),
            **(queue_of(by) if may_see_queue(request) else {}),
        }
    )
    return context


def now_view(request: HttpRequest) -> HttpResponse:
    """The runs under way, as the page fragment that `static/js/live.js` inserts."""
    runs = runs_now(request.user)
    if runs is None:
        raise PermissionDenied
    response = render(request, "admin/dashboard/runs.html", {"runs": runs, "moment": now()})
    response["Cache-Control"] = "no-store"
    return response


_TITLES: Final = {
    "decided": "Decisions by the hour, seven days",
    "ingest": "Events that came in by the hour, seven days",
}


def _chart(key: str, title: str, hours: Hours) -> dict[str, Any]:
    return {
        "key": key,
        "title": title,
        "svg": bars(hours, key=key, title=title),
        "words": described(hours),
        "hours": hours,
        "id": f"{key}-data",
        "data": hours.plotted(),
        "starts": [start for start, _ in reversed(hours.days())],
    }
