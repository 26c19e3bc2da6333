"""Registrations when two events become one, and when they are parted again: every one is kept.

Each registration has a home, the event that it was made for (`merged_from` while it is elsewhere). It stands at the event that its home is merged
into, so that chains of merges can be undone in any order. Where two of one address meet, the better one stands, and the other sleeps as `merged`.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from events.models import Event
from registrations.enums import RegistrationState
from registrations.models import ACTIVE, Registration, RegistrationSetup
from registrations.services.changes import note_change
from registrations.services.changing import recount, tell
from registrations.services.waitlist import fill

#: Of two registrations of one address the one stands that gives most.
_ORDER = (
    RegistrationState.REGISTERED,
    RegistrationState.OFFERED,
    RegistrationState.WAITING,
    RegistrationState.EXPIRED,
    RegistrationState.CANCELLED,
)
_Setups = dict[UUID, RegistrationSetup]


def take_over(survivor_id: UUID, child_id: UUID, *, now: datetime) -> int:
    """Move the registrations of a merged event to the one that stays. Runs in the transaction of the merge.

    The terms of the one that stays hold; where it has none, it gets those of the other. Returns how many moved.
    """
    setups = _locked(survivor_id, child_id)
    if child_id not in setups:
        return 0
    if survivor_id not in setups:
        given = setups[child_id]
        setups[survivor_id] = RegistrationSetup.objects.create(
            event_id=survivor_id, is_open=given.is_open, capacity=given.capacity, most_guests=given.most_guests, has_waitlist=given.has_waitlist,
            closes_at=given.closes_at, questions=given.questions, came_from=given.came_from or child_id, updated_at=now,
        )  # fmt: skip
    return _settle(setups, now=now)


def bring_back(child_id: UUID, survivor_id: UUID, *, now: datetime) -> int:
    """Give a parted event its registrations back, and those that were made on its terms meanwhile.

    What people did meanwhile stays. Runs in the transaction of the parting. Returns how many went back.
    """
    setups = _locked(survivor_id, child_id)
    if not setups:
        return 0
    _put_to_sleep_what_was_cancelled(survivor_id)
    moved = _settle(setups, now=now)
    for setup in setups.values():
        _return_terms(setup)
    return moved


def _locked(*event_ids: UUID) -> _Setups:
    rows = RegistrationSetup.objects.select_for_update().filter(pk__in=event_ids).order_by("pk")
    return {row.pk: row for row in rows}


def _settle(setups: _Setups, *, now: datetime) -> int:
    """Bring each registration where its home is, leave one of each address standing, and fill what is free."""
    rows = list(Registration.objects.select_for_update().filter(event__in=setups).order_by("queued_at", "pk"))
    before = {row.pk: _saved(row) for row in rows}
    moved = _bring_home(rows)
    groups: dict[tuple[UUID, str], list[Registration]] = defaultdict(list)
    for row in rows:
        groups[row.event_id, row.address_hash].append(row)
    for group in groups.values():
        _leave_one(group)
    # Those that sleep first, and those that wake up last, since an address stands once at an event.
    asleep = RegistrationState.MERGED
    rows.sort(key=lambda row: (row.state != asleep, before[row.pk][1] == asleep))
    for row in rows:
        if before[row.pk] != _saved(row):
            row.updated_at = now
            row.save()
            tell(row)
    for setup in setups.values():
        recount(setup.pk)
        fill(setup, now=now)
    note_change(setups, now=now)
    return moved


def _saved(row: Registration) -> tuple[Any, ...]:
    return row.event_id, row.state, row.merged_from, row.user_id, row.checked_in_at


def _bring_home(rows: Iterable[Registration]) -> int:
    """Set the event at which each registration stands; returns how many it changes."""
    homes = {row.merged_from or row.event_id for row in rows}
    merged_into = dict(Event.objects.filter(pk__in=homes).values_list("pk", "merged_into"))
    moved = 0
    for row in rows:
        home = row.merged_from or row.event_id
        at = merged_into.get(home, row.event_id) or home
        moved += at != row.event_id
        row.event_id, row.merged_from = at, home if at != home else None
    return moved


def _leave_one(group: list[Registration]) -> None:
    """Of the registrations of one address at one event leave the best standing, or wake it up."""
    standing = [row for row in group if row.state != RegistrationState.MERGED]
    best = min(standing or group, key=lambda row: (_ORDER.index(_own_state(row)), row.queued_at))
    if not standing:
        best.state, best.merged_state = _own_state(best).value, ""
        if best.state == RegistrationState.OFFERED:
            best.state = RegistrationState.WAITING.value
    for row in standing:
        if row is not best:
            row.merged_state, row.offer_ends_at = row.state, None
            row.state = RegistrationState.MERGED.value
            best.user_id = best.user_id or row.user_id
            best.checked_in_at = best.checked_in_at or row.checked_in_at


def _own_state(row: Registration) -> RegistrationState:
    return RegistrationState(row.merged_state or row.state)


def _put_to_sleep_what_was_cancelled(event_id: UUID) -> None:
    """Who cancelled while two registrations were one does not come to either event."""
    gone = Registration.objects.filter(event=event_id, state=RegistrationState.CANCELLED)
    Registration.objects.filter(
        event=event_id,
        state=RegistrationState.MERGED,
        merged_state__in=ACTIVE,
        address_hash__in=gone.values("address_hash"),
    ).update(merged_state=RegistrationState.CANCELLED.value)


def _return_terms(setup: RegistrationSetup) -> None:
    """Forget terms that came from an event which is not part of this one any more, unless others register on them."""
    if setup.came_from is None:
        return
    if Event.objects.filter(pk=setup.came_from, merged_into=setup.pk).exists():
        return
    others = Registration.objects.filter(event=setup.pk)
    if not others.exists():
        setup.delete()
        return
    setup.came_from = others.values_list("merged_from", flat=True).first()
    setup.save(update_fields=["came_from"])
