"""Reads coming events with registration, how past ones went on, and the seats of some events."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, Sum

from events.enums import Happening, Publication
from insights.expecting.records import FARTHEST, Known, Past
from insights.models import Expectation
from pipeline.dates.event_times import zone_or_utc
from registrations.enums import RegistrationState
from registrations.models import HOLDING, Registration, RegistrationSetup

#: It takes place, so what was expected of it can be compared.
TAKES_PLACE: Final = (
    Happening.SCHEDULED.value,
    Happening.RESCHEDULED.value,
    Happening.MOVED_ONLINE.value,
)
SHOWN: Final = (Publication.APPROVED.value, Publication.ARCHIVED.value)
#: Learnt is from the last so many events, of so long.
LEARNT_EVENTS: Final = 4_000
LEARNT_FROM: Final = timedelta(days=400)
_GROUPS: Final = ("city_id", "category_id", "organizer_id")


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """A coming event on a day, without its seats."""

    event_id: UUID
    start_at: datetime
    days_before: int
    capacity: int | None
    groups: tuple[str, str, str]

    def known(self, seats: "Seats") -> Known:
        """What is known of it with these seats."""
        city, category, organizer = self.groups
        return Known(
            days_before=self.days_before, held=seats.held, waiting=seats.waiting, capacity=self.capacity,
            city=city, category=category, organizer=organizer,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Seats:
    """Seats of an event that are held, wanted by its waitlist, and checked in."""

    held: int = 0
    waiting: int = 0
    came: int = 0


def coming(*, now: datetime, batch: int) -> Iterator[list[Coming]]:
    """Events with registration that begin within the farthest reach, of which nothing was written today. In batches, one query each."""
    until = now + timedelta(days=FARTHEST + 1)
    rows = RegistrationSetup.objects.filter(
        event__publication=Publication.APPROVED, event__happening__in=TAKES_PLACE, event__start_at__gt=now, event__start_at__lt=until,
    )  # fmt: skip
    names = ("event_id", "capacity", "event__start_at", "event__timezone", *(f"event__{one}" for one in _GROUPS))  # fmt: skip
    last: UUID | None = None
    while True:
        found = rows.filter(event_id__gt=last) if last else rows
        page = list(found.order_by("event_id").values(*names)[:batch])
        if not page:
            return
        last = page[-1]["event_id"]
        written = Expectation.objects.filter(
            event_id__in=[row["event_id"] for row in page], day=now.date()
        ).values_list("event_id", flat=True)
        done = set(written)
        yield [one for row in page if row["event_id"] not in done and (one := _coming(row, now)) is not None]


def _coming(row: dict[str, Any], now: datetime) -> Coming | None:
    """None on the day of the start, and beyond the farthest reach."""
    zone, start = zone_or_utc(row["event__timezone"]), row["event__start_at"]
    days_before = (start.astimezone(zone).date() - now.astimezone(zone).date()).days
    if not 1 <= days_before <= FARTHEST:
        return None
    city, category, organizer = (str(row[f"event__{one}"] or "") for one in _GROUPS)
    return Coming(
        event_id=row["event_id"], start_at=start, days_before=days_before, capacity=row["capacity"],
        groups=(city, category, organizer),
    )  # fmt: skip


def seats_of(event_ids: Collection[UUID]) -> dict[UUID, Seats]:
    """The seats of these events; an event without a registration is missing. One query."""
    rows = Registration.objects.filter(event__in=event_ids).order_by().values("event_id")
    counted = rows.annotate(
        held=Sum(F("guests") + 1, filter=Q(state__in=HOLDING)),
        waiting=Sum(F("guests") + 1, filter=Q(state=RegistrationState.WAITING)),
        came=Sum(F("guests") + 1, filter=Q(state__in=HOLDING, checked_in_at__isnull=False)),
    )
    return {
        row["event_id"]: Seats(held=row["held"] or 0, waiting=row["waiting"] or 0, came=row["came"] or 0)
        for row in counted
    }


def past(*, now: datetime) -> Sequence[Past]:
    """What was known of the latest past events on each day, and what came of it. Two queries."""
    settled = Expectation.objects.filter(settled_at__isnull=False, start_at__gt=now - LEARNT_FROM)
    events = (
        settled.order_by("-start_at", "-event_id").values_list("event_id", "start_at").distinct()[:LEARNT_EVENTS]
    )  # fmt: skip
    ids = [event_id for event_id, _ in events]
    rows = settled.filter(event_id__in=ids).values_list(
        "event_id", "days_before", "held", "waiting", "capacity", "was_held", "was_waiting", "came", "sold_out",
        *(f"event__{one}" for one in _GROUPS),
    )  # fmt: skip
    return [
        Past(
            event=str(event_id),
            known=Known(
                days_before=days, held=held, waiting=waiting, capacity=capacity,
                city=str(city or ""), category=str(category or ""), organizer=str(organizer or ""),
            ),
            held=was_held, waiting=was_waiting, came=came, is_sold_out=sold_out,
        )
        for event_id, days, held, waiting, capacity, was_held, was_waiting, came, sold_out, city, category, organizer in rows.iterator(chunk_size=5_000)
    ]  # fmt: skip
