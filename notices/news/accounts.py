"""What `user:me` tells an account: its registrations and their messages, and sign-ins."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from accounts.models import User
from events.models import Event
from notices.enums import Kind
from notices.news.about import event_facts
from notices.records import News, Receiver
from outbox.models import Change
from registrations.enums import RegistrationState

REGISTRATION: Final = "registration.changed"
MESSAGE: Final = "registration.message"
SIGN_IN: Final = "session.started"
#: A session ended, and with it what it may be told on its device.
ENDED: Final = "session.ended"
TYPES: Final = (REGISTRATION, MESSAGE, SIGN_IN)
#: Who has just made the account knows that they signed in.
_NEW: Final = timedelta(hours=1)
_Events = Mapping[str, Event]
_STATES: Final = {
    RegistrationState.REGISTERED: Kind.REGISTRATION,
    RegistrationState.WAITING: Kind.REGISTRATION,
    RegistrationState.OFFERED: Kind.OFFER,
}


def news_of(changes: Sequence[Change]) -> Iterator[News]:
    """The news of these changes. Two queries."""
    own = [change for change in changes if change.type in TYPES and change.user_id is not None]
    if not own:
        return
    people = User.objects.filter(is_active=True).in_bulk({change.user_id for change in own})
    ids = {change.data["event"] for change in own if change.data.get("event")}
    events = {str(pk): event for pk, event in Event.objects.in_bulk(ids).items()} if ids else {}
    for change in own:
        person = people.get(change.user_id)
        made = _MAKERS[change.type](change, person, events) if person is not None else None
        if made is not None:
            yield made


def _of_registration(change: Change, person: User, events: _Events) -> News | None:
    kind, event = _STATES.get(change.data["state"]), events.get(change.data["event"])
    if kind is None or event is None or change.data.get("was", change.data["state"]) == change.data["state"]:
        return None  # it ended, or has only more guests
    facts = {**event_facts(event), "state": change.data["state"], "until": change.data["offer_ends_at"]}
    return News(
        to=Receiver(user_id=person.pk), kind=kind, subject=f"registration:{change.object_id}", period=str(change.number),
        facts=facts, is_mailed=True,
    )  # fmt: skip


def _of_message(change: Change, person: User, events: _Events) -> News | None:
    event = events.get(change.data["event"])
    if event is None:
        return None
    facts = {**event_facts(event), "said": change.data["subject"]}
    subject = f"message:{change.data['message']}"
    return News(to=Receiver(user_id=person.pk), kind=Kind.MESSAGE, subject=subject, period="", facts=facts, is_mailed=True)  # fmt: skip


def _of_sign_in(change: Change, person: User, events: _Events) -> News | None:
    if change.data.get("known") or change.at - person.date_joined < _NEW:
        return None
    facts = {"client": change.data.get("client", ""), "is_api": change.data.get("kind") == "api", "at": change.at.isoformat()}  # fmt: skip
    return News(to=Receiver(user_id=person.pk), kind=Kind.SIGN_IN, subject=f"session:{change.object_id}", period="", facts=facts)  # fmt: skip


_MAKERS: Final[Mapping[str, Callable[[Change, User, _Events], News | None]]] = {
    REGISTRATION: _of_registration,
    MESSAGE: _of_message,
    SIGN_IN: _of_sign_in,
}
