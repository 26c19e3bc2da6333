"""Operators' notices to readers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from uuid_utils.compat import uuid7

from accounts.actions import Action, Word, record_action, target_of
from accounts.rights import Actor, require
from outbox.models import Change
from outbox.records import NewChange
from outbox.services import record
from realtime.feed.protocol import NOTICE, SYSTEM_TOPIC

#: The right to broadcast.
BROADCAST = "outbox.broadcast_change"


def broadcast(
    message: str, *, level: str, topics: Sequence[str], minutes: int, by: Actor, now: datetime
) -> Change:
    """Send a notice to the readers of `topics` (public ones), or to all readers without topics.

    It is valid for `minutes`. In one transaction:
    1. one public Change of type `system.notice`, which is numbered after the commit: a reader that is away
       for a moment gets it when resuming;
    2. an entry in the log: who sent what to whom.

    Raises RightMissing.
    """
    require(by, BROADCAST)
    data = {
        "kind": "broadcast",
        "message": message,
        "level": level,
        "until": (now + timedelta(minutes=minutes)).isoformat(),
    }
    heard = tuple(topics) or (SYSTEM_TOPIC,)
    with transaction.atomic():
        change = record(
            [NewChange(type=NOTICE, object_type=SYSTEM_TOPIC, object_id=uuid7(), topics=heard, data=data)]
        )[0]
        after = {"level": Word(level), "minutes": minutes, "topics": [Word(topic) for topic in heard]}
        record_action(by, Action.NOTICE_SENT, target=target_of(change), after=after, note=message)
    return change
