"""Scans a city for its readers: asks its sources afresh, as one job, within the limits of each source and host.

Anyone may ask, so the runs start in the name of the system, once in `EVERY` for each city: who comes later joins the
scan under way, or reads the last one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from places.models import City
from sources.enums import RunState
from sources.models import Discovery, FetchRun, Source
from sources.queries import pauses
from sources.queries.scans import Held, last_scan, scannable
from sources.runs.progress import SCAN
from sources.triggers.discovery import SCAN_LASTS, advance
from sources.triggers.due import lacks_key

#: A city is scanned so often at most; a source that was asked within this time is not asked again.
EVERY: Final = timedelta(minutes=15)
#: So many sources in one scan, the most urgent first.
MOST_SOURCES: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """A scan that was `started` now, is `running`, or is `recent`. `opened`: runs that the caller queues."""

    job: Discovery
    status: str
    opened: Sequence[FetchRun] = ()


def scan_city(city: City, *, now: datetime) -> Scanned | None:
    """Start a scan of the city, or return the one that counts still. None where it has no source to ask.

    Sources keep their peace where they rest after a failure, are paused, lack their key, or were asked just now.
    """
    with transaction.atomic():
        City.objects.select_for_update(no_key=True).get(pk=city.pk)
        last = last_scan(city)
        if last is not None and now - last.started_at < EVERY:
            return Scanned(job=last, status=status_of(last, now=now))
        if last is not None:
            advance(last.pk, now=now)  # one that nobody ended is late by now, and ends here
        sources = list(_of(city))
        if not sources:
            return None
        held = _held(sources, now=now)
        asked = [source for source in sources if source.pk not in held]
        plan = {
            "cities": [city.slug],
            "sources": [str(source.pk) for source in sources],
            "held": {str(key): reason.value for key, reason in held.items()},
            "count": len(asked),
            "pending": [[str(source.pk), ""] for source in asked],
        }
        job = Discovery.objects.create(city=city, plan=plan, requested_by=SCAN.name, started_at=now)
        opened = advance(job.pk, now=now)
        job.refresh_from_db()
    return Scanned(job=job, status="started", opened=opened)


def status_of(job: Discovery, *, now: datetime) -> str:
    """Whether a scan is `running` or `recent`. One that nobody ended is over when its time is."""
    is_running = job.state == RunState.RUNNING and now - job.started_at < SCAN_LASTS
    return "running" if is_running else "recent"


def _of(city: City) -> QuerySet[Source]:
    rows = scannable(city).select_related("city")
    return rows.order_by("-priority", "next_fetch_at", "pk")[:MOST_SOURCES]


def _held(sources: Sequence[Source], *, now: datetime) -> Mapping[UUID, Held]:
    """The sources that are not asked, and why."""
    recent = set(
        FetchRun.objects.filter(source__in=sources, started_at__gt=now - EVERY).values_list(
            "source_id", flat=True
        )
    )
    under_way = set(
        FetchRun.objects.filter(source__in=sources, state=RunState.RUNNING).values_list(
            "source_id", flat=True
        )
    )
    paused = pauses.active_pauses()
    found: dict[UUID, Held] = {}
    for source in sources:
        if source.pk in recent | under_way:
            found[source.pk] = Held.ASKED
        elif paused.why(source, pauses.FETCH):
            found[source.pk] = Held.PAUSED
        elif source.consecutive_failures and source.next_fetch_at > now:
            found[source.pk] = Held.RESTS
        elif lacks_key(source):
            found[source.pk] = Held.KEY
    return found
