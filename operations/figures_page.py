"""`/admin/figures/`: the figures of insights as pictures, each with its table; what the API answers, drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.rights import may, require
from flags.models import Flag
from flags.services import is_on
from insights.expecting.history import accuracy_over
from insights.figures.answers import OF_EVENTS, of_events
from insights.figures.reading import BY, BY_DAY
from insights.figures.users import OF_USERS, of_insights, of_users
from insights.figures.windows import NAMES
from insights.models.expectations import REACHES, TARGETS
from operations.dashboard.lines import drawn
from operations.forecasts import history
from places.models import City
from places.queries.reach import cities_of, narrowed, require_city

RIGHT: Final = "insights.view_figure"
#: Rows of a breakdown, and weeks of cohorts, that the page shows.
ROWS, WEEKS = 20, 8
#: What each column is called.
WORDS: Final = {
    "views": "views", "shares": "shares", "clicks": "left for tickets", "saves": "saves", "registrations": "registrations",
    "cancelled": "cancelled", "attended": "came", "accounts": "new accounts",
}  # fmt: skip
TARGET_WORDS: Final = {
    "registered": "seats held at the start",
    "attendance": "seats of who came",
    "sells_out": "sold out (Brier score)",
}
#: In the order of `REACHES`.
REACH_WORDS: Final = ("up to 2 days before", "up to 14 days", "up to 60 days")
_LOOKED: Final = ("views", "shares", "clicks")
_DID: Final = ("saves", "registrations", "cancelled", "attended")
_LONG: Final = {"hour": "the last hour", "day": "24 hours", "week": "7 days", "month": "30 days"}


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with the words and numbers of its table."""

    title: str
    svg: SafeString
    names: list[str]
    most: float
    rows: Sequence[tuple[datetime, Sequence[float | None]]]


def may_see_figures(request: HttpRequest) -> bool:
    """Whether the sidebar has the pages."""
    return is_on(Flag.ANALYTICS) and may(request.user, RIGHT)


@require_safe
def event_figures(request: HttpRequest) -> HttpResponse:
    """What happened to events. Seven queries beside those of the frame."""
    _admit(request)
    window, by = _chosen(request, "window", NAMES, "week"), _chosen(request, "by", BY, "category")
    if by in BY_DAY and window not in ("week", "month"):
        by = "category"
    city = _city(request)
    moment = now()
    told = of_events(now=moment, window=window, by=by, cities=_reach(request, city), limit=ROWS)
    rows = told["rows"]
    most = max((row["views"] for row in rows), default=0)
    return _page(
        request,
        "events",
        window,
        told,
        by=by,
        city=city,
        cities=narrowed(City.objects.order_by("name"), request.user, "pk").values_list("slug", "name"),
        choices=[one for one in BY if one not in BY_DAY or window in ("week", "month")],
        totals=_totals(told, OF_EVENTS),
        charts=[_chart("How they are looked at", told, _LOOKED), _chart("What people did", told, _DID)],
        heads=[WORDS[act] for act in OF_EVENTS],
        broken=[
            (row["name"], row["views"] / most if most else 0, [row[act] for act in OF_EVENTS]) for row in rows
        ],
    )


@require_safe
def user_figures(request: HttpRequest) -> HttpResponse:
    """Who came and stayed, for those who work in all cities."""
    _admit(request)
    require_city(request.user, None)
    window = _chosen(request, "window", NAMES, "week")
    told = of_users(now=now(), window=window, weeks=WEEKS)
    kinds = dict.fromkeys(row["kind"] for row in told["cohorts"])
    return _page(
        request,
        "users",
        window,
        told,
        totals=_totals(told, OF_USERS),
        charts=[_chart("What people did", told, OF_USERS)],
        weeks=range(WEEKS),
        cohorts=[(kind, [_cohort(row) for row in told["cohorts"] if row["kind"] == kind]) for kind in kinds],
    )


@require_safe
def insight_figures(request: HttpRequest) -> HttpResponse:
    """What was looked for, and what there is."""
    _admit(request)
    window = _chosen(request, "window", NAMES, "week")
    told = of_insights(now=now(), window=window, cities=_reach(request, None), limit=ROWS)
    most = max((row["views_per_event"] or 0 for row in told["coverage"]), default=0)
    covered = [(row, (row["views_per_event"] or 0) / most if most else 0) for row in told["coverage"]]
    return _page(request, "insights", window, told, covered=covered)


@require_safe
def expectation_figures(request: HttpRequest) -> HttpResponse:
    """How right expectations of events and forecasts of sources were, for those who work in all cities. Two queries beside those of the frame."""
    _admit(request)
    require_city(request.user, None)
    told = accuracy_over(now=now())
    rows = told["rows"]
    last = rows[0]["day"] if rows else None
    sources = history.accuracy_over(now=now())["rows"]
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Figures",
        "part": "expectations",
        "told": told,
        "last": last,
        "latest": [
            (TARGET_WORDS[row["target"]], REACH_WORDS[REACHES.index(row["reach"])], row)
            for row in rows
            if row["day"] == last
        ],
        "charts": [
            _errors(target, rows) for target in TARGETS if any(row["target"] == target for row in rows)
        ],
        "sources": sources[0] if sources else None,
        "source_charts": [_source_errors(sources)] if sources else [],
        "sees_users": True,
        "sees_anomalies": may(request.user, "insights.view_anomaly"),
        "file": "/api/v1/admin/analytics/expectations?format=csv",
        "source_file": "/api/v1/admin/analytics/source-forecasts?format=csv",
    }
    response = render(request, "admin/operations/expectations.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _admit(request: HttpRequest) -> None:
    """Raises Http404 while the flag is off, RightMissing without the right."""
    if not is_on(Flag.ANALYTICS):
        raise Http404
    require(request.user, RIGHT)


def _chosen(request: HttpRequest, name: str, known: Any, default: str) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in known else default


def _city(request: HttpRequest) -> City | None:
    """The city that was chosen, None for all. Raises RightMissing for another's."""
    slug = request.GET.get("city", "")
    found = City.objects.filter(slug=slug).only("pk", "slug", "name").first() if slug else None
    if found is not None:
        require_city(request.user, found.pk)
    return found


def _reach(request: HttpRequest, city: City | None) -> frozenset[UUID] | None:
    return frozenset({city.pk}) if city else cities_of(request.user)


def _page(request: HttpRequest, part: str, window: str, told: dict[str, Any], **more: Any) -> HttpResponse:
    city = more.get("city")
    kept = {name: value for name, value in (("by", more.get("by")), ("city", city and city.slug)) if value}
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Figures",
        "part": part,
        "window": window,
        "windows": [(name, _LONG[name], urlencode({"window": name, **kept})) for name in NAMES],
        "file": f"/api/v1/admin/analytics/{part}?{urlencode({'window': window, **kept, 'format': 'csv'})}",
        "told": told,
        "sees_users": cities_of(request.user) is None,
        "sees_anomalies": may(request.user, "insights.view_anomaly"),
        **more,
    }
    response = render(request, "admin/operations/figures.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _totals(told: dict[str, Any], acts: Sequence[str]) -> list[tuple[str, int | None, int | None]]:
    """Words, the sum, and that of the window before."""
    return [(WORDS[act], told["totals"][act], told["before"][act]) for act in acts]


def _chart(title: str, told: dict[str, Any], acts: Sequence[str]) -> Chart:
    lines = [
        [(point["at"].timestamp(), float(point[act])) for point in told["points"] if point[act] is not None]
        for act in acts
    ]
    names = [WORDS[act] for act in acts]
    most = max((value for line in lines for _, value in line), default=0)
    rows = [(point["at"], [point[act] for act in acts]) for point in reversed(told["points"])]
    key = title.lower().replace(" ", "-")
    return Chart(title, drawn(lines, names, most, title=title, key=key), names, int(most), rows)


def _errors(target: str, rows: Sequence[dict[str, Any]]) -> Chart:
    """The errors of a target, by reach."""
    shares: dict[date, dict[str, float]] = {}
    for row in rows:
        if row["target"] == target and row["naive_error"]:
            shares.setdefault(row["day"], {})[row["reach"]] = row["error"] / row["naive_error"]
    points = {day: [own.get(reach) for reach in REACHES] for day, own in shares.items()}
    return _shares(TARGET_WORDS[target], REACH_WORDS, points, key=f"errors-{target}")


def _source_errors(rows: Sequence[dict[str, Any]]) -> Chart:
    points = {row["day"]: [row["error"] / row["naive_error"]] for row in rows if row["naive_error"]}
    return _shares("sources that fail", ("within three days",), points, key="errors-sources")


def _shares(
    words: str, names: Sequence[str], points: Mapping[date, Sequence[float | None]], *, key: str
) -> Chart:
    """Our error as a share of the naive model's, by day and name; below 1 ours was better."""
    days = sorted(points)
    lines = [
        [(_seconds(day), share) for day in days if (share := points[day][place]) is not None]
        for place in range(len(names))
    ]
    most = max([1.0, *(share for line in lines for _, share in line)])
    table = [
        (_moment(day), [None if share is None else round(share, 2) for share in points[day]])
        for day in reversed(days)
    ]
    title = f"Error of ours, of the naive one: {words}"
    naive = [(_seconds(day), 1.0) for day in days]
    svg = drawn([*lines, naive], [*names, "the naive one"], most, title=title, key=key)
    return Chart(title, svg, list(names), round(most, 2), table)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _seconds(day: date) -> float:
    return _moment(day).timestamp()


def _cohort(row: dict[str, Any]) -> tuple[Any, int | None, list[tuple[int | None, str]]]:
    """The week, how many began, and of each week since the number with the depth of its colour."""
    cells = [(active, _depth(active, row["people"])) for active in row["active"]]
    return row["began"], row["people"], cells


def _depth(active: int | None, people: int | None) -> str:
    share = (active or 0) / people if people else 0
    return "more" if share >= 0.75 else "usual" if share >= 0.5 else "low" if share >= 0.25 else "thin"
