"""Changes of one date of a series, of this and the following ones, or of all that are to come."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.rights import Actor
from events.exceptions import BadValue
from events.models import Event
from events.queries.teams import managed_events
from events.services import edit_own
from events.services.own_events import require_team
from organizers.times import closes_for, columns_of
from pipeline.dates.event_times import zone_or_utc
from places.services import WantedPlace, ensure_places
from registrations.models import RegistrationSetup
from registrations.records import Terms
from registrations.services import set_terms
from registrations.services.opening import keep_ids
from sources.ingest.locks import lock_cities

#: Dates of a series that are changed at once.
MOST: Final = 100
_TIMES: Final = frozenset(
    {"start_at", "end_at", "start_date", "end_date", "all_day", "time_known", "doors_at"}
)
_OPEN: Final = ("draft", "pending", "approved", "flagged")


class Scope(StrEnum):
    """Which dates of a series a change is for."""

    THIS = "this"
    FOLLOWING = "following"
    SERIES = "series"


def dates_of(event: Event, scope: Scope, *, by: Actor, now: datetime) -> list[Event]:
    """The dates of its series that are meant and are the team's, in order; the event alone where it has no series.

    What is over already is none of them, but for the event itself.
    """
    if event.series_id is None or scope is Scope.THIS:
        return [event]
    begins = event.start_at if scope is Scope.FOLLOWING else min(now, event.start_at)
    rows = managed_events(by).filter(series=event.series_id, start_at__gte=begins, publication__in=_OPEN)
    return list(rows.order_by("start_at", "pk")[:MOST])


def edit_series(
    event_id: UUID,
    values: Mapping[str, Any],
    *,
    by: Actor,
    scope: Scope = Scope.THIS,
    venue: tuple[str, str] | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> int:
    """Change a date, and other ones of its series where asked: all or none. Returns how many were changed.

    Another time of day or day moves each other date by as much, by the clock at the event. `venue` is the name and address of a place: the one
    that is known by both in the event's city, else a new one, which gets its point as those of sources do. Raises what `edit_own` raises.
    """
    moment = now or clock()
    with transaction.atomic():
        event = require_team(Event.objects.select_related("city").filter(pk=event_id).first(), by=by)
        rows = dates_of(event, scope, by=by, now=moment)
        if venue is not None:
            values = {**values, "place_id": _place(event, *venue)}
        edit_own(event_id, values, by=by, version=version, now=moment)
        others = [row for row in rows if row.pk != event_id]
        for row in others:
            edit_own(row.pk, _for(row, values, event), by=by, now=moment)
    return 1 + len(others)


def set_terms_of_dates(
    event_id: UUID, terms: Terms, *, by: Actor, scope: Scope = Scope.THIS, now: datetime | None = None
) -> int:
    """Set the terms of registration of a date, and of other ones of its series where asked: all or none. Returns how many.

    Each date has the places for itself. Its registration closes as long before it begins as that of the first does, and a question
    that it asked before keeps its answers. Raises what `set_terms` raises.
    """
    moment = now or clock()
    with transaction.atomic():
        event = require_team(Event.objects.filter(pk=event_id).first(), by=by)
        others = [row for row in dates_of(event, scope, by=by, now=moment) if row.pk != event_id]
        asked = dict(RegistrationSetup.objects.filter(event__in=others).values_list("event_id", "questions"))
        set_terms(event_id, terms, by=by, now=moment)
        for row in others:
            closes = closes_for(terms.closes_at, event.start_at, row.start_at) if terms.closes_at else None
            own = replace(terms, closes_at=closes, questions=keep_ids(terms.questions, asked.get(row.pk, ())))
            set_terms(row.pk, own, by=by, now=moment)
    return 1 + len(others)


def _place(event: Event, name: str, address: str) -> UUID:
    """The place of that name and address. Raises BadValue for an event of no city."""
    if event.city is None:
        raise BadValue(
            gettext("This event is in no city that we list, so its venue cannot be set. Write to us.")
        )
    lock_cities([event.city.slug])
    (found,) = ensure_places([WantedPlace(city=event.city.slug, name=name, address=address)])
    if found is None:
        raise BadValue(gettext("Name of the venue cannot be read. Write it as people call it."))
    return found


def _for(row: Event, values: Mapping[str, Any], first: Event) -> dict[str, Any]:
    """The values for another date: its own times, moved as those of the first are."""
    found = {name: value for name, value in values.items() if name not in _TIMES}
    if "start_at" in values:
        found |= _moved(row, values, values["start_date"] - first.start_date)
    if "doors_at" in values:
        doors, start = values["doors_at"], values.get("start_at", first.start_at)
        found["doors_at"] = None if doors is None else found.get("start_at", row.start_at) - (start - doors)
    return found


def _moved(row: Event, values: Mapping[str, Any], days: Any) -> dict[str, Any]:
    zone = zone_or_utc(row.timezone)
    start: datetime = values["start_at"].astimezone(zone)
    day = row.start_date + days
    if values["all_day"]:
        return columns_of(day, day + (values["end_date"] - values["start_date"]), zone=zone)
    begins = datetime.combine(day, start.time(), zone)
    lasts = values["end_at"] - values["start_at"] if values["end_at"] else None
    return columns_of(begins, begins + lasts if lasts is not None else None, zone=zone)
