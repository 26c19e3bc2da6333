"""Reads of registrations."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from accounts.models import User
from registrations.enums import RegistrationState
from registrations.models import ACTIVE, HOLDING, Registration, RegistrationSetup
from registrations.records import Counts, Room


def setup_of(event_id: UUID) -> RegistrationSetup | None:
    """The terms on which people register, with the event; None where they cannot."""
    return RegistrationSetup.objects.select_related("event").filter(pk=event_id).first()


def room_of(setup: RegistrationSetup) -> Room:
    """How many seats are held, and how many wait. One query."""
    counted = Registration.objects.filter(event=setup.pk, state__in=ACTIVE).aggregate(
        held=Sum(F("guests") + 1, filter=Q(state__in=HOLDING)),
        waiting=Count("pk", filter=Q(state=RegistrationState.WAITING)),
    )
    return Room(capacity=setup.capacity, held=counted["held"] or 0, waiting=counted["waiting"])


def counts_of(event_id: UUID) -> Counts:
    """How many come, have an offer, wait, cancelled, or let their offer pass. One query."""
    states = [state for state in RegistrationState if state is not RegistrationState.MERGED]
    counted = Registration.objects.filter(event=event_id).aggregate(
        seats=Sum(F("guests") + 1, filter=Q(state__in=HOLDING)),
        **{state.value: Count("pk", filter=Q(state=state)) for state in states},
    )
    return Counts(**{name: count or 0 for name, count in counted.items()})


def place_in_line(registration: Registration) -> int | None:
    """1 for the first who waits; None for who does not wait."""
    if registration.state != RegistrationState.WAITING:
        return None
    before = Q(queued_at__lt=registration.queued_at) | Q(
        queued_at=registration.queued_at, pk__lte=registration.pk
    )
    waiting = Registration.objects.filter(event=registration.event_id, state=RegistrationState.WAITING)
    return waiting.filter(before).count()


def standing(registration: Registration) -> Registration:
    """The registration itself, or the one that stands for it since two events became one."""
    if registration.state != RegistrationState.MERGED:
        return registration
    others = Registration.objects.filter(event=registration.event_id, address_hash=registration.address_hash)
    return others.exclude(state=RegistrationState.MERGED).select_related("event__city").get()


def people(event_id: UUID) -> QuerySet[Registration]:
    """All who registered or wait, in order: those who come, offers, the waitlist, and who cancelled."""
    return Registration.objects.filter(event=event_id).exclude(state=RegistrationState.MERGED)


def own(person: User) -> QuerySet[Registration]:
    """The registrations of an account, with their events, the next event first."""
    mine = Registration.objects.filter(user=person).exclude(state=RegistrationState.MERGED)
    return mine.select_related("event__city").order_by("event__start_at", "pk")


def full_among(event_ids: Collection[UUID]) -> set[UUID]:
    """Those of the events on which people register and no seat is free, waitlist or not. One query, or none for no event."""
    if not event_ids:
        return set()
    held = Registration.objects.filter(event=OuterRef("pk"), state__in=HOLDING).order_by().values("event")
    setups = RegistrationSetup.objects.filter(pk__in=event_ids, capacity__isnull=False)
    full = setups.filter(capacity__lte=Subquery(held.annotate(taken=Sum(F("guests") + 1)).values("taken")))
    return set(full.values_list("pk", flat=True))
