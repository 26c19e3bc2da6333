"""Columns and a filter of the list of events."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import now

from audit.recorded import column
from events.enums import Freshness, Happening
from events.models import Event
from events.queries.coverage import coming
from pipeline.dates.event_times import zone_or_utc

WEEKDAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


class ComingFilter(admin.SimpleListFilter):
    """Approved events of the coming two weeks, or of one weekday in them: what the dashboard's map counts."""

    title = "coming two weeks"
    parameter_name = "coming"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("any", "all days"), *((str(number), name) for number, name in enumerate(WEEKDAYS, 1))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        day = self.value()
        if not day:
            return queryset
        return coming(queryset, now=now(), weekday=int(day) if day in set("1234567") else 0)


@admin.display(description="starts", ordering="start_at")
def starts(event: Event) -> str:
    """In the event's own zone, which is named; the day alone where the time is not known."""
    local = event.start_at.astimezone(zone_or_utc(event.timezone))
    is_day = event.all_day or not event.time_known
    return date_format(local, "DATE_FORMAT" if is_day else "DATETIME_FORMAT")


@admin.display(description="notes", ordering="happening", empty_value="")
def beside(event: Event) -> str:
    """What is not as usual: cancelled, moved, missing at its sources."""
    usual = {Happening.SCHEDULED.value, Freshness.SEEN.value}
    return ", ".join(
        word.replace("_", " ") for word in (event.happening, event.freshness) if word not in usual
    )


#: The columns, what is asked first before the rest.
COLUMNS: Final = (
    "title", starts, column("venue_name", "venue"), "city", "category", column("publication", "state"), beside,
    column("quality_score", "quality"),
)  # fmt: skip
