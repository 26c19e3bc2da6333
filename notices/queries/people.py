"""Who wants to go to events, and who follows what of them."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from personal.models import Favourite
from registrations.models import ACTIVE, Registration


def saved(event_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Event and account of each who saved one of these events, or one that was merged into it."""
    stayed = Coalesce("event__merged_into", "event")
    held = Q(event__in=event_ids) | Q(event__merged_into__in=event_ids)
    rows = Favourite.objects.filter(held, user__is_active=True).annotate(stayed=stayed)
    return list(rows.values_list("stayed", "user"))


def registered(event_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Event and account of each who comes to one of these events, or waits."""
    rows = Registration.objects.filter(event__in=event_ids, state__in=ACTIVE, user__is_active=True)
    return list(rows.values_list("event", "user"))


def wants_to_go(event_ids: Collection[UUID]) -> frozenset[tuple[UUID, UUID | None, str]]:
    """Event, account and hash of the address ('' for an account) of each who comes to these events, waits, or saved them."""
    rows = Registration.objects.filter(event__in=event_ids, state__in=ACTIVE)
    going = {
        (event_id, user_id, "" if user_id else hashed)
        for event_id, user_id, hashed in rows.values_list("event", "user", "address_hash")
    }
    return frozenset(going | {(event_id, user_id, "") for event_id, user_id in saved(event_ids)})
