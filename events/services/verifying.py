"""Marks events and organizers as verified or official, with evidence, and takes that back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts import user_input
from accounts.actions import Action, record_action, target_of
from accounts.exceptions import InputRefused
from accounts.rights import Actor, person_of, require
from events import states
from events.enums import Publication, Verification
from events.exceptions import BadValue
from events.models import Event, Organizer, VerificationChange
from events.services import announcing
from events.services.publication import CHANGE, lock, require_event_cities
from outbox import services as outbox
from places.queries.reach import OVERSEE

CHANGE_ORGANIZER = "events.change_organizer"


def verify_event(
    event_id: UUID, to: Verification, *, evidence: str, note: str = "", by: Actor, now: datetime | None = None
) -> VerificationChange:
    """Mark an event, keep the evidence and announce the change.

    Raises RightMissing, Event.DoesNotExist, BadValue without evidence.
    """
    require(by, CHANGE)
    moment = now or clock()
    with transaction.atomic():
        found = lock([event_id])
        if not found:
            raise Event.DoesNotExist(f"There is no event {event_id}.")
        require_event_cities(by, found)
        event = found[0]
        row = _change(event.verification, to, evidence, note, by=by, now=moment)
        row.event = event
        row.save()
        _announce([event], verification=to, now=moment)
        _log(row, event, by=by)
    return row


def verify_organizer(
    organizer_id: UUID,
    to: Verification,
    *,
    evidence: str,
    note: str = "",
    by: Actor,
    now: datetime | None = None,
) -> VerificationChange:
    """Mark an organizer, who may work in several cities, and announce the events that name it.

    Raises RightMissing, Organizer.DoesNotExist, BadValue without evidence.
    """
    require(by, CHANGE_ORGANIZER, OVERSEE)
    moment = now or clock()
    with transaction.atomic():
        organizer = Organizer.objects.select_for_update().get(pk=organizer_id)
        row = _change(organizer.verification, to, evidence, note, by=by, now=moment)
        row.organizer = organizer
        row.save()
        organizer.verification = to.value
        organizer.save(update_fields=["verification"])
        coming = Event.objects.filter(
            organizer=organizer, publication=Publication.APPROVED, end_date__gte=moment.date()
        )
        _announce(lock(coming.values_list("pk", flat=True)), now=moment)
        _log(row, organizer, by=by)
    return row


def _change(
    before: str, to: Verification, evidence: str, note: str, *, by: Actor, now: datetime
) -> VerificationChange:
    """The row of a change, not saved. Raises BadValue."""
    states.check_move(states.VERIFICATION_MOVES, Verification(before), to)
    if before == to:
        raise BadValue(f"It is {to.value} already.")
    if to is not Verification.UNVERIFIED and not evidence:
        raise BadValue("Evidence is missing. Give the address of a page that proves it.")
    try:
        url = user_input.address("evidence", evidence) if evidence else ""
        words = user_input.line("note", note, most=500)
    except InputRefused as refused:
        raise BadValue(refused.detail) from refused
    return VerificationChange(
        before=before, after=to.value, evidence_url=url, note=words, by=person_of(by), at=now
    )


def _announce(events: list[Event], *, verification: Verification | None = None, now: datetime) -> None:
    """Write the new version of events, and one Change for each that readers see."""
    slugs = announcing.slugs_for(events)
    before = {event.pk: announcing.seen(event, slugs) for event in events}
    for event in events:
        event.verification = verification.value if verification else event.verification
        event.version += 1
        event.updated_at = now
    Event.objects.bulk_update(events, ["verification", "version", "updated_at"])
    outbox.record(
        announcing.change(event, slugs, type=announcing.CHANGED, before=before[event.pk], changed=["verification"])
        for event in events
        if event.publication == Publication.APPROVED
    )  # fmt: skip


def _log(row: VerificationChange, marked: Event | Organizer, *, by: Actor) -> None:
    record_action(
        by,
        Action.VERIFICATION_CHANGED,
        target=target_of(marked),
        before={"verification": Verification(row.before)},
        after={"verification": Verification(row.after)},
        note=row.note,
    )
