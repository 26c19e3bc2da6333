"""Changes of one date of a series, or of this and the following ones."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.rights import Actor
from events.models import Event
from events.queries.teams import managed_events
from events.services import edit_own
from organizers.times import columns_of
from pipeline.dates.event_times import zone_or_utc

#: Dates of a series that are changed at once.
MOST: Final = 100
_TIMES: Final = frozenset({"start_at", "end_at", "start_date", "end_date", "all_day", "time_known"})
_OPEN: Final = ("draft", "pending", "approved", "flagged")


def following(event: Event, *, by: Actor) -> list[Event]:
    """The dates of its series from this one on that are the team's, in order; the event alone where it has no series."""
    if event.series_id is None:
        return [event]
    rows = managed_events(by).filter(
        series=event.series_id, start_at__gte=event.start_at, publication__in=_OPEN
    )
    return list(rows.order_by("start_at", "pk")[:MOST])


def edit_series(
    event_id: UUID,
    values: Mapping[str, Any],
    *,
    by: Actor,
    with_following: bool,
    version: int | None = None,
    now: datetime | None = None,
) -> int:
    """Change a date, and the following ones of its series where asked: all or none. Returns how many were changed.

    Another time of day or day moves each following date by as much, by the clock at the event. Raises what `edit_own` raises, and
    Event.DoesNotExist.
    """
    moment = now or clock()
    with transaction.atomic():
        event = Event.objects.get(pk=event_id)
        rows = following(event, by=by) if with_following else [event]
        others = [row for row in rows if row.pk != event_id]
        edit_own(event_id, values, by=by, version=version, now=moment)
        for row in others:
            edit_own(row.pk, _for(row, values, event), by=by, now=moment)
    return 1 + len(others)


def _for(row: Event, values: Mapping[str, Any], first: Event) -> dict[str, Any]:
    """The values for a following date: its own times, moved as those of the first are."""
    same = {name: value for name, value in values.items() if name not in _TIMES}
    if "start_at" not in values:
        return same
    days = values["start_date"] - first.start_date
    return {**same, **_moved(row, values, days)}


def _moved(row: Event, values: Mapping[str, Any], days: Any) -> dict[str, Any]:
    zone = zone_or_utc(row.timezone)
    start: datetime = values["start_at"].astimezone(zone)
    day = row.start_date + days
    if values["all_day"]:
        return columns_of(day, day + (values["end_date"] - values["start_date"]), zone=zone)
    begins = datetime.combine(day, start.time(), zone)
    lasts = values["end_at"] - values["start_at"] if values["end_at"] else None
    return columns_of(begins, begins + lasts if lasts is not None else None, zone=zone)
