"""The events that a digest chooses from, as lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from digests.choosing.marks import MARKED, mark_of
from digests.choosing.records import Line, Occurrence
from digests.models import Subscription
from digests.targets import horizon_of, wanted_by, zone_of
from events.enums import Happening
from events.models import Event
from events.queries import upcoming
from pipeline.dates.event_times import local_midnight
from pipeline.text.folding import address_part, fold_name

#: Of more events the best known and best described are looked at.
MOST_POOLED: Final = 1_000
_OFF: Final = (Happening.CANCELLED, Happening.POSTPONED)
_COLUMNS: Final = (
    "id", "title", *MARKED, "place_id", "organizer_id", "area_id", "category_id", "performers", "quality_score", "trend__score",
    "is_sample",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Lines, and the ids of all their events."""

    lines: tuple[Line, ...]
    ids: frozenset[UUID]


def pool_of(
    subscription: Subscription, *, now: datetime, since: datetime | None = None, until: datetime | None = None
) -> Pool:
    """What the subscription may be told of: what begins from `now` on within its horizon, or before `until`. One query.

    With `since` only what was published later. Samples are there only where there is nothing else, which is a site that is
    being tried.
    """
    rows = coming(subscription, now=now, until=until)
    if since is not None:
        rows = rows.filter(published_at__gt=since)
    best = rows.order_by(F("trend__score").desc(nulls_last=True), "-quality_score", "start_at", "id")
    lines = lines_of(best.values(*_COLUMNS)[:MOST_POOLED])
    kept = tuple(line for line in lines if not line.is_sample) or tuple(lines)
    return Pool(lines=kept, ids=frozenset(one.id for line in kept for one in line.dates))


def coming(subscription: Subscription, *, now: datetime, until: datetime | None = None) -> QuerySet[Event]:
    """The events of the subscription that are on and begin from `now` on, up to the end of its horizon."""
    wanted, condition = wanted_by(subscription)
    today = local_midnight(now.astimezone(zone_of(subscription)).date(), zone_of(subscription))
    begins = Q(start_at__gte=now) | Q(start_at__gte=today) & (Q(all_day=True) | Q(time_known=False))
    found = upcoming(wanted, now=now).filter(condition, begins)
    return found.filter(start_at__lt=until or end_of(subscription, now=now)).exclude(happening__in=_OFF)


def end_of(subscription: Subscription, *, now: datetime) -> datetime:
    """Where its horizon ends: a local midnight."""
    zone = zone_of(subscription)
    return local_midnight((now + horizon_of(subscription)).astimezone(zone).date(), zone)


def lines_of(rows: Iterable[Mapping[str, Any]]) -> list[Line]:
    """One line for each title at one venue, with all its dates; the order is that of the first of each."""
    found: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(_key(row), []).append(row)
    return [_line(own) for own in found.values()]


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a reader takes for the same event; a sample is never one with a real event."""
    return (
        fold_name(row["title"]),
        row["place_id"] or fold_name(row["venue_name"]),
        row["city_id"],
        row["is_sample"],
    )


def _line(rows: list[Mapping[str, Any]]) -> Line:
    rows = sorted(rows, key=lambda row: (row["start_at"], row["id"]))
    first = rows[0]
    follows = {
        first["place_id"],
        first["organizer_id"],
        first["area_id"],
        *map(address_part, first["performers"]),
    }
    return Line(
        dates=tuple(Occurrence(row["id"], mark_of(row), row["start_at"], row["start_date"]) for row in rows),
        title=first["title"],
        venue=str(first["place_id"] or fold_name(first["venue_name"])),
        category=first["category_id"],
        quality=max(row["quality_score"] for row in rows),
        trend=max(row["trend__score"] or 0.0 for row in rows),
        follows=frozenset(follows - {None, ""}),
        is_sample=first["is_sample"],
    )
