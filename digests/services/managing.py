"""Changes what somebody gets: all subscriptions of the address that a link came to, or of the account's proved addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.crypto import address_hash
from accounts.models import User
from digests.enums import Cadence
from digests.exceptions import UnknownToken
from digests.models import Subscription
from digests.services.consenting import end
from digests.services.subscribing import Wishes, find
from digests.targets import RELATED, zone_of
from digests.timing import Schedule

#: For so many days mails can be paused.
PAUSES: Final = (14, 30, 90)
#: What comes after less often.
_LESS: Final[Mapping[str, Cadence]] = {Cadence.INSTANT: Cadence.DAILY, Cadence.DAILY: Cadence.WEEKLY}


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose subscriptions these are, by keyed hashes of addresses; `how` they came is kept with what they agree to."""

    hashes: tuple[str, ...]
    how: str
    user_id: UUID | None = None

    @property
    def rows(self) -> "QuerySet[Subscription]":
        """Their subscriptions, ended ones too."""
        mine = Q(address_hash__in=self.hashes)
        if self.user_id is not None:
            mine |= Q(user=self.user_id)
        return Subscription.objects.filter(mine).select_related(*RELATED)


def holder_of(token: str) -> Holder:
    """Who got a mail with this token: it opens all subscriptions of the address. Raises UnknownToken."""
    return Holder((find(token).address_hash,), "link")


def holder_of_account(person: User) -> Holder:
    """The person of an account, by their proved addresses."""
    proved = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return Holder(tuple(map(address_hash, proved)), "account", person.pk)


def active_of(holder: Holder) -> Sequence[Subscription]:
    """What they get, or paused, the oldest first."""
    return list(holder.rows.filter(active=True).order_by("requested_at", "pk"))


def one_of(holder: Holder, pk: UUID) -> Subscription:
    """One of their subscriptions. Raises UnknownToken for one that is not theirs."""
    return _one(holder.rows, pk)


def _one(rows: "QuerySet[Subscription]", pk: UUID) -> Subscription:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise UnknownToken(gettext("This is not one of your subscriptions."))
    return row


def next_at(row: Subscription, *, now: datetime | None = None) -> datetime | None:
    """When its next mail is due, by its own clock (without a zone, so that pages show it as it is); None where it comes at once."""
    if row.cadence == Cadence.INSTANT:
        return None
    moment = max(now or clock(), row.paused_until or row.requested_at)
    schedule = Schedule.of(row.cadence, zone=zone_of(row), weekday=row.weekday, hour=row.hour)
    return schedule.next(moment).astimezone(schedule.zone).replace(tzinfo=None)


def change(holder: Holder, pk: UUID, wishes: Wishes, *, now: datetime | None = None) -> Subscription:
    """Change how often, when, in which language and of what. Raises UnknownToken for a subscription that is not theirs."""
    moment = now or clock()
    with transaction.atomic():
        row = _locked(holder, pk)
        before = _schedule(row)
        for name, value in wishes.columns.items():
            setattr(row, name, value)
        _reschedule(row, before, moment)
        row.save(update_fields=[*wishes.columns, "scheduled_at", "looked_at"])
    return row


def less_often(holder: Holder, pk: UUID, *, now: datetime | None = None) -> Subscription:
    """Daily in place of at once, weekly in place of daily. Raises UnknownToken."""
    with transaction.atomic():
        row = _locked(holder, pk)
        before = _schedule(row)
        row.cadence = _LESS.get(row.cadence, Cadence.WEEKLY).value
        _reschedule(row, before, now or clock())
        row.save(update_fields=["cadence", "scheduled_at", "looked_at"])
    return row


def pause(holder: Holder, pk: UUID, days: int, *, now: datetime | None = None) -> Subscription:
    """Send nothing for so many days (`PAUSES`), or go on at once with 0. Raises UnknownToken."""
    moment = now or clock()
    with transaction.atomic():
        row = _locked(holder, pk)
        row.paused_until = moment + timedelta(days=days) if days in PAUSES else None
        row.save(update_fields=["paused_until"])
    return row


def leave(holder: Holder, pk: UUID, *, now: datetime | None = None) -> Subscription:
    """End one of them. Idempotent. Raises UnknownToken."""
    with transaction.atomic():
        row = _locked(holder, pk)
        end(row, how=holder.how, now=now or clock())
    return row


def leave_all(holder: Holder, *, now: datetime | None = None) -> int:
    """End all of them. Mails about registrations and the account go on. Returns how many ended."""
    moment, count = now or clock(), 0
    with transaction.atomic():
        for row in holder.rows.filter(active=True).select_for_update(of=("self",)).order_by("pk"):
            end(row, how=holder.how, now=moment)
            count += 1
    return count


def _locked(holder: Holder, pk: UUID) -> Subscription:
    return _one(holder.rows.select_for_update(of=("self",)), pk)


def _schedule(row: Subscription) -> tuple[Any, ...]:
    return row.cadence, row.weekday, row.hour, row.timezone


def _reschedule(row: Subscription, before: tuple[Any, ...], now: datetime) -> None:
    """What was due before the change is not made up for by the new hour."""
    if _schedule(row) != before:
        row.scheduled_at = row.looked_at = now
