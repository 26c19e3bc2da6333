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
from registrations.enums import CheckInOutcome, RegistrationState
from registrations.models import Registration
from registrations.records import CheckedIn


def check_in(
    event_id: UUID, scanned: Iterable[tuple[str, datetime]], *, by: Actor, now: datetime
) -> list[CheckedIn]:
    """Check in whoever has these codes; each with the moment at which it was scanned, never one to come.

    The first scan counts, whichever phone sends it first: nobody comes in twice. Raises RightMissing.
    """
    event = Event.objects.filter(pk=event_id).first()
    if event is None or not may_help(by, event):
        raise RightMissing(gettext("Only the team of its organizer or venue may check people in."))
    with transaction.atomic():
        told = [_check_in(event_id, code.strip().upper(), min(at, now)) for code, at in scanned]
        count = sum(one.outcome is CheckInOutcome.IN for one in told)
        if count:
            record_action(by, Action.CHECKED_IN, target=target_of(event), after={"count": count})
    return told


def _check_in(event_id: UUID, code: str, at: datetime) -> CheckedIn:
    registration = Registration.objects.select_for_update().filter(event=event_id, code=code).first()
    if registration is None:
        return CheckedIn(code=code, outcome=CheckInOutcome.UNKNOWN)
    if registration.checked_in_at is not None:
        outcome = CheckInOutcome.ALREADY
    elif registration.state != RegistrationState.REGISTERED:
        outcome = CheckInOutcome.REFUSED
    else:
        outcome = CheckInOutcome.IN
        registration.checked_in_at = at
        registration.save(update_fields=["checked_in_at"])
    return CheckedIn(
        code=code,
        outcome=outcome,
        name=registration.name,
        seats=registration.seats,
        at=registration.checked_in_at,
    )
