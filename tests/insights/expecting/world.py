"""What the tests of expectations share: events with registration, before and after their start."""

from datetime import UTC, datetime, timedelta
from typing import Any

from events.models import Event
from insights.models import Expectation, ExpectationAccuracy
from registrations.models import Registration, RegistrationSetup
from tests.factories import make_event

NOW = datetime(2026, 11, 26, 12, 41, tzinfo=UTC)
DAY = timedelta(days=1)


def make_open(*, start: datetime, capacity: int | None = 40, **more: Any) -> Event:
    """An event on which people register."""
    event = make_event(start=start, **more)
    RegistrationSetup.objects.create(event=event, capacity=capacity)
    return event


def come(event: Event, seats: int, *, state: str = "registered", checked_in: int = 0) -> None:
    """So many registrations of one seat, the first ones checked in."""
    known = Registration.objects.filter(event=event).count()
    Registration.objects.bulk_create(
        Registration(
            event=event, name=f"n{known + number}", address=f"{known + number}@example.org", address_hash=f"{event.pk}{known + number}"[:64],
            state=state, checked_in_at=event.start_at if number < checked_in else None,
        )
        for number in range(seats)
    )  # fmt: skip


def settled(event: Event, *, days_before: int, held: int, was_held: int, came: int | None = None, **more: Any) -> Expectation:  # fmt: skip
    """What was known of an event, and what came of it."""
    row = {
        "event": event, "start_at": event.start_at, "days_before": days_before, "day": (event.start_at - DAY * days_before).date(),
        "reach": "near" if days_before <= 2 else "middle" if days_before <= 14 else "far", "held": held, "waiting": 0, "capacity": 40,
        "was_held": was_held, "was_waiting": 0, "came": came, "sold_out": was_held >= 40, "settled_at": NOW,
    }  # fmt: skip
    return Expectation.objects.create(**row | more)


def learnt(count: int = 30) -> list[Event]:
    """Past events that doubled within their last week; of the seats three quarters came."""
    events = [make_open(start=NOW - DAY * (3 + number), title=f"Past {number}") for number in range(count)]
    for number, event in enumerate(events):
        was = 20 if number % 3 else 40
        settled(event, days_before=7, held=was // 2, was_held=was, came=was * 3 // 4)
    return events


def better(*targets: str, reach: str = "middle") -> None:
    """Say that ours was better at these."""
    ExpectationAccuracy.objects.bulk_create(
        ExpectationAccuracy(day=NOW.date(), target=target, reach=reach, events=40, naive_error=9, error=4, is_shown=True)
        for target in targets
    )  # fmt: skip
