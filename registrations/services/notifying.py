"""Tells everybody who comes or waits that their event was moved, postponed, cancelled, or takes place after all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from events.enums import Happening
from registrations.enums import MailKind
from registrations.models import ACTIVE, Registration, RegistrationMail

_OFF = (Happening.CANCELLED, Happening.POSTPONED)


def tell_of_edit(event_id: UUID, columns: Mapping[str, Sequence[Any]], *, now: datetime) -> int:
    """Record a mail to each registration of an edited event, if it concerns whether or when they come. Returns how many.

    `columns` is {column: [before, after]}. `registrations.tasks.send_waiting` sends them, 500 a minute; who still has an unsent one
    of the kind gets no second one.
    """
    kind = _kind(columns)
    if kind is None:
        return 0
    waiting = RegistrationMail.objects.filter(kind=kind.value, sent_at__isnull=True, attempts=0)
    rows = Registration.objects.filter(event=event_id, state__in=ACTIVE).exclude(mails__in=waiting)
    made = RegistrationMail.objects.bulk_create(
        [RegistrationMail(registration=row, kind=kind.value, created_at=now) for row in rows]
    )
    return len(made)


def _kind(columns: Mapping[str, Sequence[Any]]) -> MailKind | None:
    was, happening = columns.get("happening", ("", ""))
    if happening == Happening.CANCELLED:
        return MailKind.CALLED_OFF
    if happening == Happening.POSTPONED:
        return MailKind.POSTPONED
    if "start_at" in columns:
        return MailKind.MOVED
    return MailKind.GOES_ON if was in _OFF else None
