"""Writes down each day what is expected of coming events, and after the fact what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from insights.expecting import accuracy
from insights.expecting.model import Model, learn
from insights.expecting.naive import Naive, learn_naive
from insights.expecting.reading import SHOWN, TAKES_PLACE, Coming, Seats, coming, past, seats_of
from insights.expecting.records import reach_of
from insights.models import Expectation
from registrations.models import RegistrationSetup

#: Events in one transaction.
BATCH: Final = 500
#: What came is read so long after the start: phones without network send their check-ins late. Later than LATEST nobody can say it,
#: since registrations are deleted 90 days after their event.
SETTLED: Final = timedelta(hours=36)
LATEST: Final = timedelta(days=60)
#: Rows stay so long: a year to learn from, and what is asked of it.
KEPT: Final = timedelta(days=430)
#: Check-in counts as used from this share of the seats on: a door at which three of a hundred were scanned tells nothing.
CHECKED: Final = 0.2
_SETTLE: Final = """
UPDATE insights_expectation x SET was_held = t.held, was_waiting = t.waiting, came = t.came, sold_out = t.sold, settled_at = %(now)s
FROM unnest(%(events)s::uuid[], %(held)s::int[], %(waiting)s::int[], %(came)s::int[], %(sold)s::bool[]) AS t (event_id, held, waiting, came, sold)
WHERE x.event_id = t.event_id AND x.settled_at IS NULL
"""


def keep(*, now: datetime) -> int:
    """Settle what is over, measure how right it was, and expect what is coming. Runs again without harm. Returns how many rows are new.

    What was written for a day stays as it is. Only one process does it at a time; another one leaves it to that.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('expectations', 0))")
        if not cursor.fetchone()[0]:
            return 0
        settle(now=now)
        accuracy.measure(now=now)
        return expect(now=now)


def expect(*, now: datetime) -> int:
    """Write today's rows of coming events that have none yet. Three queries a batch, beside those that learn. Returns how many."""
    total, learnt = 0, None
    for rows in coming(now=now, batch=BATCH):
        if not rows:
            continue
        learnt = learnt or _learn(now)
        seats = seats_of([one.event_id for one in rows])
        made = [_row(one, seats.get(one.event_id, Seats()), *learnt, now=now) for one in rows]
        total += len(Expectation.objects.bulk_create(made, ignore_conflicts=True))
    return total


def _learn(now: datetime) -> tuple[Model | None, Naive]:
    rows = past(now=now)
    return learn(rows), learn_naive(rows)


def _row(one: Coming, seats: Seats, model: Model | None, naive: Naive, *, now: datetime) -> Expectation:
    known = one.known(seats)
    row = Expectation(
        event_id=one.event_id, day=now.date(), start_at=one.start_at, days_before=one.days_before,
        reach=reach_of(one.days_before), held=seats.held, waiting=seats.waiting, capacity=one.capacity,
    )  # fmt: skip
    if model is not None:
        for prefix, expected in (("naive_", naive.expect(known)), ("", model.expect(known))):
            setattr(row, f"{prefix}registered", expected.registered)
            setattr(row, f"{prefix}attendance", expected.attendance)
            setattr(row, f"{prefix}sells_out", expected.sells_out)
    return row


def settle(*, now: datetime) -> int:
    """Note what came of events that began, and drop rows of those that did not take place as they were expected. Returns how many rows."""
    over = Expectation.objects.filter(settled_at=None, start_at__lt=now - SETTLED)
    takes_place = Q(event__happening__in=TAKES_PLACE, event__publication__in=SHOWN)
    takes_place &= Q(event__start_at=F("start_at"), event__registration_setup__isnull=False)
    void = over.exclude(takes_place) | over.filter(start_at__lt=now - LATEST)
    Expectation.objects.filter(pk__in=void.values("pk")).delete()
    count = 0
    while ids := list(over.order_by("event_id").values_list("event_id", flat=True).distinct()[:BATCH]):
        count += _settle(ids, now)
    return count


def _settle(ids: Sequence[UUID], now: datetime) -> int:
    seats, capacities = (
        seats_of(ids),
        dict(RegistrationSetup.objects.filter(event__in=ids).values_list("event_id", "capacity")),
    )
    found = [seats.get(one, Seats()) for one in ids]
    columns: dict[str, Any] = {
        "now": now,
        "events": list(ids),
        "held": [one.held for one in found],
        "waiting": [one.waiting for one in found],
        "came": [one.came if one.came and one.came >= CHECKED * one.held else None for one in found],
        "sold": [_is_sold_out(one, capacities.get(event)) for event, one in zip(ids, found, strict=True)],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, columns)
        return int(cursor.rowcount)


def _is_sold_out(seats: Seats, capacity: int | None) -> bool:
    return capacity is not None and seats.held >= capacity


def forget(*, now: datetime) -> int:
    """Delete what nothing is learnt from any more. How right it was stays. Returns how many rows."""
    return Expectation.objects.filter(start_at__lt=now - KEPT).delete()[0]
