"""Reminders: what people registered for or saved, and that begins soon."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from events.enums import Happening
from events.models import Event
from events.queries import public
from notices.enums import Kind
from notices.news.about import event_facts
from notices.records import News, Receiver
from personal.models import Favourite
from registrations.models import ACTIVE, Registration

_OFF: Final = (Happening.CANCELLED, Happening.POSTPONED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """A reminder so long before the beginning, or up to `late` after that: later it says nothing true. `said` is its name."""

    said: str
    before: timedelta
    late: timedelta
    is_timed: bool


#: What has only a day is told of at six in the evening before.
AHEAD: Final = (
    Ahead(said="24", before=timedelta(hours=24), late=timedelta(hours=12), is_timed=True),
    Ahead(said="2", before=timedelta(hours=2), late=timedelta(minutes=90), is_timed=True),
    Ahead(said="day", before=timedelta(hours=6), late=timedelta(hours=6), is_timed=False),
)


def reminders(ahead: Ahead, *, now: datetime) -> Iterator[News]:
    """The reminders of one kind that are due. Whoever registered or saved later knows how soon it is, and gets none.

    The number of queries does not depend on how many there are.
    """
    begins = now + ahead.before
    timed = Q(time_known=True, all_day=False)
    soon = public().filter(timed if ahead.is_timed else ~timed, start_at__lte=begins, start_at__gt=begins - ahead.late)  # fmt: skip
    events = soon.filter(start_at__gt=now).exclude(happening__in=_OFF).in_bulk()
    if not events:
        return
    for event_id, receivers in _people(events, ahead).items():
        event = events[event_id]
        for receiver in receivers:
            yield News(
                to=receiver, kind=Kind.REMINDER, subject=f"event:{event_id}", period=f"{ahead.said} {event.start_at.isoformat()}",
                facts={**event_facts(event), "before": ahead.said}, due_at=now,
            )  # fmt: skip


def _people(events: Mapping[UUID, Event], ahead: Ahead) -> dict[UUID, Sequence[Receiver]]:
    """Who is reminded of each event, each once."""
    latest = {pk: event.start_at - ahead.before for pk, event in events.items()}
    found: dict[UUID, dict[tuple[UUID | None, str], Receiver]] = {pk: {} for pk in events}
    for row in _registrations(events):
        if row.created_at <= latest[row.event_id]:
            to = (
                Receiver(user_id=row.user_id)
                if row.user_id
                else Receiver(address=row.address, address_hash=row.address_hash, language=row.language)
            )
            found[row.event_id][to.key] = to
    for saved in _favourites(events):
        event_id = saved.event.merged_into_id or saved.event_id
        if saved.at <= latest[event_id]:
            found[event_id].setdefault((saved.user_id, ""), Receiver(user_id=saved.user_id))
    return {pk: tuple(people.values()) for pk, people in found.items()}


def _registrations(events: Mapping[UUID, Event]) -> QuerySet[Registration]:
    rows = Registration.objects.filter(event__in=events, state__in=ACTIVE)
    return rows.filter(Q(user=None) | Q(user__is_active=True))


def _favourites(events: Mapping[UUID, Event]) -> QuerySet[Favourite]:
    held = Q(event__in=events) | Q(event__merged_into__in=events)
    return Favourite.objects.filter(held, user__is_active=True).select_related("event")
