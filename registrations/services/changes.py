"""Tells everybody who comes or waits what became of their event: moved, elsewhere, postponed, cancelled, withdrawn, or on after all.

It follows the outbox, so that it does not matter who changed the event: its team, a source, a moderator, a merge. What a person was told last stands
at the registration. Ten minutes after the first change that is compared with what is so then: several changes are one mail, and one that was taken
back is none.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

import outbox.services as outbox
from events.enums import Happening, Publication
from events.models import Event
from events.services import announcing
from outbox.queries import changes_after, cursor, position
from places.models import Place
from registrations.enums import MailKind
from registrations.models import ACTIVE, Registration, RegistrationMail, RegistrationSetup
from registrations.services.mailing import ABOUT_EVENTS, MOST_ATTEMPTS

log = structlog.get_logger(__name__)

#: The consumer of the outbox.
CONSUMER: Final = "registrations"
#: Changes of an event within so long are told in one mail.
BUNDLED_FOR: Final = timedelta(minutes=10)
#: Of an event that begins within so long people are told at once.
SOON: Final = timedelta(hours=3)
_BATCH: Final = 1_000
_TYPES: Final = (
    announcing.PUBLISHED, announcing.CHANGED, announcing.CANCELLED, announcing.REMOVED, announcing.MERGED,
)  # fmt: skip
_OFF: Final = (Happening.CANCELLED, Happening.POSTPONED)
#: What people are told of an event that was taken off the site for good, in place of whether it takes place.
_WITHDRAWN: Final = "removed"


def tell_of_changes(*, now: datetime) -> int:
    """Record a mail to each registration whose event is not as its person was told. Returns how many.

    It may run twice, and beside itself. `registrations.tasks.send_waiting` sends the mails.
    """
    _follow(now)
    due = RegistrationSetup.objects.filter(changed_at__isnull=False)
    due = due.filter(Q(changed_at__lte=now - BUNDLED_FOR) | Q(event__start_at__lte=now + SOON))
    return sum(_tell(pk, now) for pk in due.order_by("changed_at").values_list("pk", flat=True)[:_BATCH])


def note_change(event_ids: Iterable[UUID], *, now: datetime) -> None:
    """Note that events may have changed for those who come; the moment of the first change stays."""
    setups = RegistrationSetup.objects.filter(pk__in=event_ids)
    setups.update(changed_at=Coalesce("changed_at", now))


def told_of(event: Event) -> dict[str, Any]:
    """What whoever registers now, or is told now, knows of the event: the columns of a registration."""
    is_gone = event.publication == Publication.REMOVED
    return {
        "told_start_at": event.start_at,
        "told_happening": _WITHDRAWN if is_gone else event.happening,
        "told_place_id": event.place_id,
    }


def _follow(now: datetime) -> None:
    """Note the changes since the last time. The first call begins with those to come."""
    here = position()
    begun = cursor(CONSUMER) or here.number
    if begun < here.pruned_to:
        log.warning("registrations_gap", after=begun, begins=here.pruned_to)
        begun = here.pruned_to
    while changes := list(
        changes_after(begun, limit=_BATCH, types=_TYPES).values_list("number", "object_id")
    ):
        begun = changes[-1][0] or 0
        with transaction.atomic():
            note_change({event_id for _, event_id in changes}, now=now)
            outbox.advance(CONSUMER, begun)
    outbox.advance(CONSUMER, here.number)


def _tell(event_id: UUID, now: datetime) -> int:
    with transaction.atomic():
        rows = RegistrationSetup.objects.select_for_update(skip_locked=True)
        setup = rows.filter(pk=event_id, changed_at__isnull=False).first()
        if setup is None:
            return 0
        RegistrationSetup.objects.filter(pk=event_id).update(changed_at=None)
        event = Event.objects.get(pk=event_id)
        if event.publication not in (Publication.APPROVED, Publication.REMOVED):
            return 0  # a moderator looks at it, or it is merged: the next change tells
        return _record(event, now)


def _record(event: Event, now: datetime) -> int:
    here = Registration.objects.filter(event=event.pk, state__in=ACTIVE)
    if event.start_at <= now:
        here = here.filter(told_start_at__gt=now)  # for the others it is over as they know it
    former = dict(
        Place.objects.filter(merged_into__isnull=False, pk__in=here.values("told_place_id")).values_list(
            "pk", "merged_into"
        )
    )
    kinds = {row.pk: kind for row in here if (kind := _kind(row, event, former)) is not None}
    # a mail that waits is replaced; not one that is being sent, or that may have gone
    waits = RegistrationMail.objects.filter(sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS)
    stale = waits.filter(
        Q(lease_until__isnull=True) | ~Q(error=""), registration__in=kinds, kind__in=ABOUT_EVENTS
    )
    stale.delete()
    made = [
        RegistrationMail(registration_id=pk, kind=kind.value, created_at=now) for pk, kind in kinds.items()
    ]
    RegistrationMail.objects.bulk_create(made, batch_size=_BATCH)
    here.update(**told_of(event))
    return len(made)


def _kind(row: Registration, event: Event, former: dict[UUID, Any]) -> MailKind | None:
    """What the person has to be told; None where it is as they know it."""
    now, was = told_of(event), row.told_happening
    if now["told_happening"] in (*_OFF, _WITHDRAWN):
        kinds = {
            Happening.CANCELLED: MailKind.CALLED_OFF, Happening.POSTPONED: MailKind.POSTPONED, _WITHDRAWN: MailKind.WITHDRAWN,
        }  # fmt: skip
        return kinds[now["told_happening"]] if now["told_happening"] != was else None
    if was in (*_OFF, _WITHDRAWN):
        return MailKind.GOES_ON
    if row.told_start_at not in (None, event.start_at):
        return MailKind.MOVED
    if event.happening == Happening.MOVED_ONLINE and was != Happening.MOVED_ONLINE:
        return MailKind.ELSEWHERE
    here = former.get(row.told_place_id, row.told_place_id) if row.told_place_id else None
    is_elsewhere = here is not None and event.place_id is not None and here != event.place_id
    return MailKind.ELSEWHERE if is_elsewhere else None
