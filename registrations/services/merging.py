"""Registrations when two events become one, and when they are parted again: every one is kept."""

from datetime import datetime
from uuid import UUID

from registrations.enums import RegistrationState
from registrations.models import ACTIVE, Registration, RegistrationSetup
from registrations.services.changing import locked_setup, tell
from registrations.services.waitlist import fill

#: Of two registrations of one address the one stays that gives most.
_ORDER = (
    RegistrationState.REGISTERED,
    RegistrationState.OFFERED,
    RegistrationState.WAITING,
    RegistrationState.EXPIRED,
    RegistrationState.CANCELLED,
)


def take_over(survivor_id: UUID, child_id: UUID, *, now: datetime) -> int:
    """Move the registrations of a merged event to the one that stays. Runs in the transaction of the merge.

    The terms of the one that stays hold; where it has none, it gets those of the other. Of two registrations of one address
    the better one stays, the other is kept as `merged`. Returns how many moved.
    """
    both = RegistrationSetup.objects.select_for_update().filter(pk__in=(survivor_id, child_id)).order_by("pk")
    setups = {setup.pk: setup for setup in both}
    if child_id not in setups:
        return 0
    if survivor_id not in setups:
        given = setups[child_id]
        setups[survivor_id] = RegistrationSetup.objects.create(
            event_id=survivor_id, is_open=given.is_open, capacity=given.capacity, most_guests=given.most_guests,
            has_waitlist=given.has_waitlist, closes_at=given.closes_at, questions=given.questions, came_from=child_id, updated_at=now,
        )  # fmt: skip
    held = {
        row.address_hash: row
        for row in Registration.objects.filter(event=survivor_id).exclude(state=RegistrationState.MERGED)
    }
    moved = list(Registration.objects.filter(event=child_id))
    for row in moved:
        row.merged_from, row.merged_state = row.merged_from or child_id, row.merged_state or row.state
        other = held.get(row.address_hash)
        if other is not None and row.state != RegistrationState.MERGED:
            _leave_one(row, other)
        row.event_id, row.updated_at = survivor_id, now
        row.save()
        tell(row)
    fill(setups[survivor_id], now=now)
    return len(moved)


def _leave_one(row: Registration, other: Registration) -> None:
    """Give `other`, which stays, what the better one of both has; `row` is kept as merged."""
    better = min(row, other, key=lambda one: (_ORDER.index(RegistrationState(one.state)), one.queued_at))
    if better is row and other.state != row.state:
        if not other.merged_state:
            other.merged_state = other.state
        other.state, other.offer_ends_at, other.guests = row.state, row.offer_ends_at, row.guests
        other.queued_at = min(row.queued_at, other.queued_at)
        other.save()
        tell(other)
    row.state, row.offer_ends_at = RegistrationState.MERGED.value, None


def bring_back(child_id: UUID, survivor_id: UUID, *, now: datetime) -> int:
    """Give a parted event its registrations back; those who came meanwhile stay where the terms were those of the event that stays.

    Runs in the transaction of the parting. Returns how many went back.
    """
    setup = RegistrationSetup.objects.select_for_update().filter(pk=survivor_id).first()
    if setup is None:
        return 0
    locked_setup(child_id)
    back = list(Registration.objects.filter(event=survivor_id, merged_from=child_id))
    if setup.came_from == child_id:
        back += Registration.objects.filter(event=survivor_id, merged_from__isnull=True)
    for row in back:
        # A person may have cancelled meanwhile, or got a place: only what the merge itself set is taken back.
        if row.state == RegistrationState.MERGED:
            row.state = row.merged_state if row.merged_state in ACTIVE else RegistrationState.CANCELLED.value
            if row.state == RegistrationState.OFFERED:
                row.state = RegistrationState.WAITING.value
        row.event_id, row.merged_from, row.merged_state, row.updated_at = child_id, None, "", now
        row.save()
        tell(row)
    if setup.came_from == child_id:
        setup.delete()
    fill(locked_setup(child_id), now=now)
    return len(back)
