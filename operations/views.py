"""`/status/`: whether the site works now, and how it did by day. It names no machine and no source."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from operations.components.board import worst
from operations.counted import kept
from operations.enums import State
from operations.models import ComponentState
from operations.uptime import Day, days
from operations.uptime_drawing import bars

#: What was looked at longer ago says nothing of now.
FRESH: Final = timedelta(minutes=5)
#: What people use, and the components that it needs (a name that ends with `:` stands for all that begin so).
_PARTS: Final = (
    (gettext_lazy("Pages and API"), ("database", "disk")),
    (gettext_lazy("Live updates"), ("live", "valkey")),
    (gettext_lazy("New events"), ("beat", "queues", "crawler", "models", "sources:")),
    (gettext_lazy("Mail"), ("mail",)),
)
_WORDS: Final = {
    State.OK: gettext_lazy("works"),
    State.OFF: gettext_lazy("switched off"),
    State.UNKNOWN: gettext_lazy("not known"),
    State.DEGRADED: gettext_lazy("works in part"),
    State.DOWN: gettext_lazy("does not work"),
}
#: When this process was ready to answer.
_STARTED: Final = now()
#: What was looked at, and is not known yet: no web process has reported, or the clock has not ticked.
_STARTING: Final = gettext_lazy("starting")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that people use."""

    name: str
    state: State
    words: str
    since: datetime | None


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """The page; its figures are at most a minute old."""
    moment = now()
    states = kept("status:states", lambda: list(ComponentState.objects.all()), now=moment).value
    shown = kept("status:uptime", lambda: days(now=moment), now=moment).value
    is_new = (
        not states and moment - _STARTED <= FRESH
    )  # a new installation: the first look comes within a minute
    parts = [_part(str(name), needs, states, moment, is_new) for name, needs in _PARTS]
    context = {
        "parts": parts,
        "heading": _("It has just started") if is_new else _heading(worst(part.state for part in parts)),
        "bars": bars(shown, _("Uptime by day")),
        "days": [day for day in reversed(shown) if day.share is not None],
        "total": _total(shown),
        "meta": {
            "title": f"{_('Status')} · {settings.SITE_NAME}",
            "description": _("Whether the site works now, and how it did in the last 90 days."),
            "canonical": f"{settings.SITE_URL}/status/",
            "kind": "website",
        },
    }
    return render(request, "operations/status.html", context)


def _part(
    name: str, needs: tuple[str, ...], states: list[ComponentState], now: datetime, is_new: bool
) -> Part:
    rows = [
        row
        for row in states
        if any(row.name == need or (need.endswith(":") and row.name.startswith(need)) for need in needs)
        and now - row.looked_at <= FRESH
    ]
    state = _state([State(row.state) for row in rows])
    since = min((row.since for row in rows if row.state == state), default=None)
    words = _STARTING if (rows or is_new) and state is State.UNKNOWN else _WORDS[state]
    return Part(name, state, str(words), since)


def _state(states: list[State]) -> State:
    """The worst. What starts is not yet said to work, though the rest that it needs does."""
    found = worst(states) if states else State.UNKNOWN
    return State.UNKNOWN if found is State.OK and State.UNKNOWN in states else found


def _heading(state: State) -> str:
    if state is State.DOWN:
        return _("Something does not work")
    if state is State.DEGRADED:
        return _("Something works in part")
    return _("Everything works") if state is State.OK else _("We cannot say how it works now")


def _total(shown: list[Day]) -> float | None:
    known = [day.share for day in shown if day.share is not None]
    return sum(known) / len(known) if known else None
