"""Less of this: what a reader is not interested in, at once, and not any more."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.models import User
from events.models import Event, Organizer
from insights.models import Hidden, Participant
from insights.queries import hidden_rows
from insights.records import Reader
from places.models import Place

#: So many things a reader hides; the oldest make room for new ones.
MOST: Final = 1_000

Thing = Event | Place | Organizer


def hide(reader: Reader, thing: Thing, *, now: datetime | None = None) -> bool:
    """Recommend it no more. Kept with an account, or with a device that agreed; of anybody else nothing, which the answer says."""
    with transaction.atomic():
        whose = _whose(reader)
        if whose is None:
            return False
        Hidden.objects.get_or_create(**whose, **_what(thing), defaults={"at": now or clock()})
        over = list(hidden_rows(reader).values_list("pk", flat=True)[MOST:])
        Hidden.objects.filter(pk__in=over).delete()
    return True


def unhide(reader: Reader, hidden_id: int) -> bool:
    """Hide it no more. Says whether it was hidden by this reader."""
    return hidden_rows(reader).filter(pk=hidden_id).delete()[0] > 0


def _whose(reader: Reader) -> dict[str, User | Participant] | None:
    """The columns of the reader, locked, so that who withdraws or leaves at this moment keeps nothing."""
    if not reader.is_somebody:
        return None
    if reader.user_id is not None:
        person = User.objects.select_for_update(of=("self",)).filter(pk=reader.user_id).first()
        return None if person is None else {"user": person}
    row = Participant.objects.select_for_update().filter(**reader.columns).first()
    return None if row is None else {"participant": row}


def _what(thing: Thing) -> dict[str, Thing]:
    if isinstance(thing, Event):
        return {"event": thing}
    return {"place": thing} if isinstance(thing, Place) else {"organizer": thing}
