"""Tells whoever sent an event in what became of it: from the outbox where it is listed, from the decisions where it is not.

Both are looked at again and again, and each notice has its own key: a process that dies loses none.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.services.address import account_of
from events.enums import Publication
from events.models import Event
from moderation.enums import Verdict
from moderation.models import Conversation, Decision, SubmittedEvent
from moderation.services.conversations import token_of
from notices.enums import Kind
from notices.records import News, Receiver
from notices.services.writing import write

#: So far back is looked, for what an outage has left.
LOOKS_BACK: Final = timedelta(days=3)
_LISTED: Final = "listed"


def tell_submitters(*, now: datetime) -> int:
    """Write a notice for each submission that was listed or refused lately. Returns how many there are; those that are written stay."""
    with transaction.atomic():
        return write(_news(now), now=now)


def _news(now: datetime) -> Iterator[News]:
    refused = Decision.objects.filter(at__gt=now - LOOKS_BACK, verdict=Verdict.REJECT).values("object_id")
    rows = SubmittedEvent.objects.filter(event_id__isnull=False).filter(
        Q(event_id__in=refused)
        | Q(event_id__in=Event.objects.filter(published_at__gt=now - LOOKS_BACK).values("pk"))
    )
    runs = dict(rows.values_list("run_id", "event_id"))
    events = Event.objects.in_bulk(runs.values())
    for conversation in Conversation.objects.filter(pk__in=runs).exclude(address_hash=""):
        event = events.get(runs[conversation.pk])
        if event is None or not (facts := _facts(event, conversation.pk)):
            continue
        yield News(
            to=_receiver(conversation), kind=Kind.SUBMISSION, subject=f"submission:{conversation.pk}", period=facts["verdict"], facts=facts
        )  # fmt: skip


def _facts(event: Event, run_id: UUID) -> Mapping[str, Any]:
    if event.publication == Publication.APPROVED:
        return {"event": str(event.pk), "title": event.title, "verdict": _LISTED, "path": event.get_absolute_url()}  # fmt: skip
    if event.publication == Publication.REJECTED:
        return {"event": str(event.pk), "title": event.title, "verdict": "refused", "path": f"/submit/{token_of(run_id)}/"}  # fmt: skip
    return {}


def _receiver(conversation: Conversation) -> Receiver:
    """The account that proved the address, else the address."""
    person = account_of(conversation.address)
    if person is not None and person.is_active:
        return Receiver(user_id=person.pk)
    return Receiver(
        address=conversation.address, address_hash=conversation.address_hash, language=conversation.language
    )
