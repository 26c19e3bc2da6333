"""Check-in at the door: by scanned codes, also those that a phone without network kept for later."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, RightMissing
from events.models import Event
from events.queries.teams import may_help
from events.signals import counted, done
from registrations.enums import CheckInOutcome, RegistrationState
from registrations.models import Registration
from registrations.queries import standing
from registrations.records import CheckedIn


def check_in(
    event_id: UUID, scanned: Iterable[tuple[str, datetime]], *, by: Actor, now: datetime
) -> list[CheckedIn]:
    """Check in whoever has these codes; each with the moment at which it was scanned: never one to come, nor before the registration.

    Nobody comes in twice. The earliest scan is kept, whichever phone sends it first. The page of an event that was merged into another goes on.
    Raises RightMissing.
    """
    event = Event.objects.filter(pk=event_id).first()
    if event is None or not may_help(by, event):
        raise RightMissing(gettext("Only the team of its organizer or venue may check people in."))
    at = event.merged_into_id or event.pk
    with transaction.atomic():
        given = [(code.strip().upper(), min(moment, now)) for code, moment in scanned]
        # in one order, so that two phones that send the same codes do not wait for each other
        found = {
            number: _check_in(at, *given[number])
            for number in sorted(range(len(given)), key=given.__getitem__)
        }
        told = [found[number] for number in range(len(given))]
        count = sum(one.outcome is CheckInOutcome.IN for one in told)
        if count:
            record_action(by, Action.CHECKED_IN, target=target_of(event), after={"count": count})
            counted.send(sender=Registration, acts=[(at, "attended", count)], now=now)
    return told


def _check_in(event_id: UUID, code: str, at: datetime) -> CheckedIn:
    found = Registration.objects.filter(event=event_id, code=code).first()
    if found is None:
        return CheckedIn(code=code, outcome=CheckInOutcome.UNKNOWN)
    registration = Registration.objects.select_for_update().get(pk=standing(found).pk)
    outcome, moment, known = CheckInOutcome.IN, max(at, registration.created_at), registration.checked_in_at
    if registration.checked_in_at is not None:
        outcome, moment = CheckInOutcome.ALREADY, min(moment, registration.checked_in_at)
    elif registration.state != RegistrationState.REGISTERED:
        outcome = CheckInOutcome.REFUSED
    if outcome is not CheckInOutcome.REFUSED and moment != registration.checked_in_at:
        registration.checked_in_at = moment
        registration.save(update_fields=["checked_in_at"])
    if outcome is CheckInOutcome.IN and registration.user_id is not None:
        acts = [(registration.user_id, registration.event_id, "", "attend")]
        done.send(sender=Registration, acts=acts, now=moment)
    return CheckedIn(
        code=code,
        outcome=outcome,
        name=registration.name,
        seats=registration.seats,
        at=known or registration.checked_in_at,
    )
