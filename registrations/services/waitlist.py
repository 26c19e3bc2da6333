"""The waitlist: free seats are offered in its order, for a time."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from events.enums import Happening, Publication
from events.models import Event
from registrations.enums import MailKind, RegistrationState
from registrations.exceptions import RegistrationRefused
from registrations.models import ACTIVE, Registration, RegistrationSetup
from registrations.queries import room_of
from registrations.services.changing import event_of, locked, locked_setup, move

#: How long an offer holds seats; near the start a third of the time that is left, but never less than a quarter of an hour.
OFFERED_FOR: Final = timedelta(hours=24)
LEAST_OFFERED: Final = timedelta(minutes=15)
_SHARE: Final = 3


def offer_end(start: datetime, *, now: datetime) -> datetime | None:
    """When an offer of now ends; None where the event begins too soon for one."""
    left = start - now
    if left < LEAST_OFFERED:
        return None
    return now + max(LEAST_OFFERED, min(OFFERED_FOR, left / _SHARE))


def fill(setup: RegistrationSetup, *, now: datetime) -> int:
    """Offer free seats to those who wait, in their order; returns how many got an offer. The setup is locked.

    Who wants more seats than are free keeps the place in the line, and those behind who want fewer go first: else three
    free seats would stay empty before a group of four. Without a bound everybody is registered at once.
    """
    event = event_of(setup)
    if not _goes_on(event):
        return 0
    ends, free, offered = offer_end(event.start_at, now=now), room_of(setup).free, 0
    if free == 0 or (free is not None and ends is None):
        return 0
    waiting = Registration.objects.select_for_update().filter(event=setup.pk, state=RegistrationState.WAITING)
    for registration in waiting.order_by("queued_at", "pk"):
        if free is None:
            move(registration, RegistrationState.REGISTERED, now=now, mail=MailKind.CONFIRMED)
        elif registration.seats <= free:
            free -= registration.seats
            move(registration, RegistrationState.OFFERED, now=now, mail=MailKind.OFFER, offer_ends_at=ends)
        else:
            continue
        offered += 1
        if free == 0:
            break
    return offered


def accept(registration_id: UUID, *, now: datetime | None = None) -> Registration:
    """Take the offered seats. Once more changes nothing. Raises RegistrationRefused, Registration.DoesNotExist."""
    with transaction.atomic():
        setup, registration = locked(registration_id)
        moment = now or clock()
        if registration.state == RegistrationState.REGISTERED:
            return registration
        ends = registration.offer_ends_at
        if not _goes_on(event_of(setup)) or ends is None or ends <= moment:
            raise RegistrationRefused(
                gettext("This offer has ended. Register again to wait for another one.")
            )
        move(registration, RegistrationState.REGISTERED, now=moment, mail=MailKind.CONFIRMED)
    return registration


def expire_offers(*, now: datetime) -> int:
    """End the offers whose time is over, and offer free seats to the next. Returns how many ended.

    Seats may be free with nobody's doing here, such as when an event takes place after all.
    """
    overdue = Registration.objects.filter(state=RegistrationState.OFFERED, offer_ends_at__lte=now)
    due = {*overdue.order_by().values_list("event", flat=True), *_with_room(now)}
    return sum(_expire(event_id, now) for event_id in due)


def _with_room(now: datetime) -> QuerySet[Registration, UUID]:
    """The events to come at which somebody waits who would fit in. One query."""
    waits = Q(state=RegistrationState.WAITING)
    rows = Registration.objects.filter(
        event__in=Registration.objects.filter(waits, event__start_at__gt=now).order_by().values("event"),
        event__registration_setup__isnull=False,
        state__in=ACTIVE,
    ).order_by()
    seats = F("guests") + 1
    counted = rows.values("event", capacity=F("event__registration_setup__capacity")).annotate(
        least=Min(seats, filter=waits), held=Coalesce(Sum(seats, filter=~waits), 0)
    )
    fits = Q(capacity__isnull=True) | Q(least__lte=F("capacity") - F("held"))
    return counted.filter(fits, least__isnull=False).values_list("event", flat=True)


def _expire(event_id: UUID, now: datetime) -> int:
    with transaction.atomic():
        setup = locked_setup(event_id)
        overdue = Registration.objects.select_for_update().filter(
            event=event_id, state=RegistrationState.OFFERED, offer_ends_at__lte=now
        )
        count = 0
        for registration in overdue:
            move(registration, RegistrationState.EXPIRED, now=now, mail=MailKind.EXPIRED)
            count += 1
        fill(setup, now=now)
    return count


def _goes_on(event: Event) -> bool:
    return event.publication == Publication.APPROVED and event.happening not in (
        Happening.CANCELLED,
        Happening.POSTPONED,
    )
