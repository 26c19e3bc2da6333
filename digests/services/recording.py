"""Records digests before they are sent: one row for each subscription and period, however often the task runs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby, islice
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from digests.choosing import Line, Pool, Sent, chosen, pool_of, sent_before, tastes_of
from digests.choosing.taste import Tastes
from digests.enums import Cadence, DeliveryKind, DeliveryState, Target
from digests.models import PREVIEW, Delivery, Subscription
from digests.services.announcing import announce
from digests.services.inserting import insert
from digests.targets import RELATED, TOGETHER, same_events, zone_of
from digests.timing import Schedule, is_due, is_noted
from outbox.services import request_id
from pipeline.dates.event_times import zone_or_utc
from places.enums import CityState

log = structlog.get_logger(__name__)

#: Nobody gets two digests within this time, whatever they change of day, hour or zone.
AT_LEAST_APART: Final = {
    Cadence.WEEKLY.value: timedelta(days=3),
    Cadence.DAILY.value: timedelta(hours=6),
    Cadence.INSTANT.value: timedelta(hours=1),
}
#: Rows in one transaction.
BATCH: Final = 500
_MISSED: Final = "missed: nothing recorded it within a day of its hour"
#: Pools that are kept: subscriptions that share one stand together.
_POOLS: Final = 4


def record_due(*, now: datetime) -> int:
    """Record the digest of each subscription whose hour has come, or was missed within a day.

    Idempotent. One that was missed longer is recorded as skipped, so that it is listed with its reason. What cannot be
    composed is logged and tried again in the next round; the others are not affected. Returns how many are new.
    """
    count = 0
    for zone, cadence, weekday, hour in _schedules():
        schedule = Schedule.of(cadence, zone=zone_or_utc(zone), weekday=weekday, hour=hour)
        try:
            count += _record_hour(zone, cadence, schedule, now)
        except Exception:  # an error at one hour must not cost the subscribers of the others their week
            log.exception("digests_of_hour_failed", zone=zone, weekday=weekday, hour=hour)
    return count


def _record_hour(zone: str, cadence: str, schedule: Schedule, now: datetime) -> int:
    """Record what was last due by one schedule."""
    moment = schedule.last(now)
    period = schedule.period(moment)
    due = _due(zone, cadence, schedule, moment=moment, period=period, now=now)
    if is_due(moment, now):
        rows = due.select_related(*RELATED).defer("address").order_by(*TOGETHER)
        return record_for(rows.iterator(BATCH), now=now, period=period)
    if is_noted(moment, now):
        _note_missed(due, period, now)
    return 0


def waiting_schedules() -> "QuerySet[Any]":
    """Active subscriptions that are due by a clock, with their `zone`; those of inactive cities get no mail."""
    zone = Coalesce(NullIf(F("timezone"), Value("")), F("city__timezone"), Value("UTC"))
    served = Q(city=None) | Q(city__state=CityState.ACTIVE)
    return Subscription.objects.filter(served, active=True).annotate(zone=zone)


def _schedules() -> list[Any]:
    """Zone, cadence, day and hour of all that are due by a clock."""
    rows = waiting_schedules().filter(cadence__in=(Cadence.WEEKLY, Cadence.DAILY)).order_by()
    found = rows.values_list("zone", "cadence", "weekday", "hour").distinct()
    daily = Cadence.DAILY.value
    return sorted({(zone, how, 0 if how == daily else day, hour) for zone, how, day, hour in found})


def _due(
    zone: str, cadence: str, schedule: Schedule, *, moment: datetime, period: str, now: datetime
) -> "QuerySet[Subscription]":
    """Those of the schedule that were due at the moment and have nothing recorded for its period."""
    done = Delivery.objects.filter(subscription=OuterRef("pk"), kind=DeliveryKind.DIGEST.value, period=period)
    rows = waiting_schedules().filter(
        Q(paused_until=None) | Q(paused_until__lte=now),
        ~Exists(done),
        zone=zone,
        cadence=cadence,
        hour=schedule.hour,
        scheduled_at__lte=moment,
    )
    return rows if schedule.weekday is None else rows.filter(weekday=schedule.weekday)


def _note_missed(due: "QuerySet[Subscription]", period: str, now: datetime) -> None:
    ids = due.order_by("pk").values_list("pk", flat=True).iterator(BATCH)
    while batch := list(islice(ids, BATCH)):
        log.warning("digests_missed", period=period, count=len(batch))
        insert(
            [
                Delivery(
                    subscription_id=pk, kind=DeliveryKind.DIGEST, period=period, created_at=now,
                    state=DeliveryState.SKIPPED, error=_MISSED, request_id=request_id(),
                )
                for pk in batch
            ]
        )  # fmt: skip


def record_for(
    subscriptions: Iterable[Subscription],
    *,
    now: datetime,
    period: str = "",
    since: datetime | None = None,
) -> int:
    """Record the digest of this week or day (or of `period`) for these subscriptions. Returns how many are new.

    Skipped where there are no events; left out where the last digest is too recent. With `since`, of events that were
    published later, and nothing is recorded where there are none. Those that share their events should stand together.
    """
    composing = _Composing(now=now, since=since)
    return sum(_record(batch, period, composing) for batch in _batches(subscriptions))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a digest says: what was sent before and has changed, then the lines, the most relevant first."""

    changed: tuple[tuple[UUID, str], ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a Delivery."""
        dates = [one for line in self.lines for one in line.dates]
        return {
            "event_ids": [*(pk for pk, _ in self.changed), *(one.id for one in dates)],
            "marks": [*(mark for _, mark in self.changed), *(one.mark for one in dates)],
            "changed": len(self.changed),
        }


@dataclass(slots=True)
class _Composing:
    """Chooses for one subscription after the other; equal questions are answered once."""

    now: datetime
    since: datetime | None
    pools: dict[Any, Pool | None] = field(default_factory=dict)
    shared: dict[Any, tuple[Line, ...]] = field(default_factory=dict)

    def choice(self, one: Subscription, sent: Sent, tastes: Tastes) -> Choice | None:
        """What it says; None where its events cannot be read."""
        pool = self.pool(one)
        if pool is None:
            return None
        return Choice(sent.changed, self._lines(one, pool, sent, tastes))

    @staticmethod
    def key(one: Subscription) -> Any:
        """The same for those that share their events."""
        return same_events(one), zone_of(one).key

    def learn(self, alike: Sequence[Subscription], tastes: Tastes) -> None:
        """Read what is learnt of those who share their events."""
        people = {one.user_id for one in alike if one.user_id}
        pool = self.pool(alike[0]) if people else None
        if pool is not None:
            tastes.learn(people, pool)

    def pool(self, one: Subscription) -> Pool | None:
        """The events that it may be told of; None where they cannot be read, which the next round tries again."""
        key = self.key(one)
        if key not in self.pools:
            if len(self.pools) >= _POOLS:
                self.pools.pop(next(iter(self.pools)))
                self.shared.clear()
            self.pools[key] = self._read(one)
        return self.pools[key]

    def _read(self, one: Subscription) -> Pool | None:
        far = self.now + timedelta(days=400) if one.cadence == Cadence.INSTANT else None
        try:
            with transaction.atomic():
                return pool_of(one, now=self.now, since=self.since, until=far)
        except Exception:  # filters that can no longer be read must not stop other mails
            log.exception("digest_not_composed", subscription=str(one.pk), kind=one.kind)
            return None

    def _lines(self, one: Subscription, pool: Pool, sent: Sent, tastes: Tastes) -> tuple[Line, ...]:
        taste = tastes.of(one.user, pool, city=one.city.slug if one.city else "")
        hidden = tastes.hidden_of(one.user)
        told = (sent.told | hidden.events) & pool.ids
        key = (*self.key(one), told)
        off = hidden.venues | hidden.organizers
        is_shared = not (taste.follows or taste.saved or taste.preferred or taste.learnt or off)
        if is_shared and key in self.shared:
            return self.shared[key]
        lines = tuple(
            chosen(
                [line for line in pool.lines if not line.follows & off] if off else pool.lines,
                most=settings.DIGEST_EVENTS,
                taste=taste,
                told=told,
                one_venue=one.kind == Target.VENUE,
            )
        )
        if is_shared:
            self.shared[key] = lines
        return lines


def preview(subscription: Subscription, *, now: datetime) -> Delivery | None:
    """The digest that would be recorded at `now`, not stored; None where nothing is on.

    Without what is learnt of the subscriber: staff look at it.
    """
    composing = _Composing(now=now, since=None)
    sent = sent_before([subscription.pk], now=now).get(subscription.pk, Sent())
    people = [subscription.user_id] if subscription.user_id else []
    choice = composing.choice(subscription, sent, tastes_of(people, now=now))
    if choice is None or not choice.columns["event_ids"]:
        return None
    return Delivery(
        subscription=subscription,
        kind=DeliveryKind.DIGEST,
        period=PREVIEW,
        created_at=now,
        **choice.columns,
    )


def _record(batch: Sequence[Subscription], period: str, composing: _Composing) -> int:
    now = composing.now
    with transaction.atomic():
        done = _recorded(batch, period, now)
        sent = sent_before([one.pk for one in batch], now=now)
        due = [
            one for one in batch if one.pk not in done and not _too_soon(one, sent.get(one.pk, Sent()), now)
        ]
        tastes = tastes_of([one.user_id for one in due if one.user_id], now=now)
        rows = []
        for _, group in groupby(due, key=composing.key):
            alike = list(group)
            composing.learn(alike, tastes)
            rows += [
                _row(one, choice, _period(one, period, now), now)
                for one in alike
                if (choice := composing.choice(one, sent.get(one.pk, Sent()), tastes)) is not None
            ]
        if composing.since is not None:
            rows = [row for row in rows if row.event_ids]
        insert(rows)
        if waits := [row.pk for row in rows if row.state == DeliveryState.RECORDED]:
            transaction.on_commit(partial(announce, waits))
    return len(rows)


def _recorded(batch: Sequence[Subscription], period: str, now: datetime) -> set[UUID]:
    """Those of the batch that have a row for the period, whatever became of it."""
    rows = Delivery.objects.filter(
        subscription__in=[one.pk for one in batch],
        kind=DeliveryKind.DIGEST,
        period__in={_period(one, period, now) for one in batch},
    )
    return set(rows.values_list("subscription_id", flat=True))


def _period(one: Subscription, period: str, now: datetime) -> str:
    if period:
        return period
    schedule = Schedule.of(one.cadence, zone=zone_of(one), weekday=one.weekday, hour=one.hour)
    return schedule.period(now)


def _too_soon(one: Subscription, sent: Sent, now: datetime) -> bool:
    """Whether its last digest, sent or about to be, is too recent."""
    latest = max(filter(None, (one.last_sent_at, sent.latest_at)), default=None)
    return latest is not None and latest > now - AT_LEAST_APART[one.cadence]


def _row(one: Subscription, choice: Choice, period: str, now: datetime) -> Delivery:
    columns = choice.columns
    is_empty = not columns["event_ids"]
    return Delivery(
        subscription=one, kind=DeliveryKind.DIGEST, period=period, request_id=request_id(), created_at=now,
        state=DeliveryState.SKIPPED if is_empty else DeliveryState.RECORDED, error="nothing is on" if is_empty else "", **columns,
    )  # fmt: skip


def _batches(subscriptions: Iterable[Subscription]) -> Iterator[list[Subscription]]:
    rest = iter(subscriptions)
    while batch := list(islice(rest, BATCH)):
        yield batch
