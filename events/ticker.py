"""The ticker: the latest published, changed and cancelled events, as a few lines of text.

`static/js/ticker.js` continues it with the same words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from events.words import clock, day_words, since_words, start_day_words
from pipeline.dates.event_times import zone_or_utc

#: Changes that appear on the ticker, and those that remove an event from it.
SHOWN = ("event.published", "event.changed", "event.cancelled")
TOLD = (*SHOWN, "event.removed", "event.merged")
MOST = 5
#: The word for a changed field; all others are an update.
KINDS = {"event.published": gettext_noop("New"), "event.cancelled": gettext_noop("Cancelled")}
STATES = {
    "sold_out": gettext_noop("Sold out"),
    "postponed": gettext_noop("Postponed"),
    "moved_online": gettext_noop("Moved online"),
    "rescheduled": gettext_noop("New time"),
    "cancelled": gettext_noop("Cancelled"),
}
UPDATED = gettext_noop("Updated")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One event.

    `kind` is the type of change, `when` and `where` are the event's, `at` and `ago` the change's.
    """

    id: str
    href: str
    title: str
    kind: str
    when: str
    where: str
    at: str
    ago: str


def ticker(
    changes: Sequence[tuple[str, datetime, Mapping[str, Any]]], *, now: datetime, cities: Mapping[str, str]
) -> list[Line]:
    """At most five lines of `changes` (type, time, data as in `events.services.announcing`).

    The changes come newest first, one for each event; of the dates of one programme the newest change is told. `now` is
    aware. `cities` has names by slug, for lists of several cities.
    """
    shown: dict[tuple[str, str], tuple[str, datetime, Mapping[str, Any]]] = {}
    for kind, at, data in changes:
        if kind in SHOWN and data.get("title") and data.get("start"):
            shown.setdefault((data["title"], data.get("venue") or ""), (kind, at, data))
    told = list(shown.values())[:MOST]
    return [_line(kind, at, data, now=now, cities=cities) for kind, at, data in told]


def _line(
    kind: str, at: datetime, data: Mapping[str, Any], *, now: datetime, cities: Mapping[str, str]
) -> Line:
    where = (data.get("venue") or "", cities.get(data.get("city") or "", ""))
    return Line(
        id=str(data["id"]),
        href=f"/events/{data['slug']}-{UUID(data['id']).hex}/",
        title=data["title"],
        kind=gettext(KINDS.get(kind) or STATES.get(data.get("status", ""), UPDATED)),
        when=_when(data, now),
        where=", ".join(part for part in where if part),
        at=at.isoformat(),
        ago=since_words(at.astimezone(now.tzinfo), now=now),
    )


def _when(data: Mapping[str, Any], now: datetime) -> str:
    """`Tonight 20:00`, `Sat 12 Dec 20:00`, or the day alone where no time is known."""
    zone = zone_or_utc(data.get("timezone") or "UTC")
    start, here = datetime.fromisoformat(data["start"]).astimezone(zone), now.astimezone(zone)
    if data.get("all_day") or not data.get("time_known", True):
        return day_words(start.date(), today=here.date())
    return f"{start_day_words(start, now=here)} {clock(start)}"
