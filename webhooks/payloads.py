"""What a message says: the public event, or a tombstone as `/api/v1/changes` has it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from events.models import Event
from events.public import public_event
from outbox.models import Change
from webhooks.enums import TOMBSTONES, MessageType


def body_of(change: Change, *, epoch: str, events: Mapping[Any, Event]) -> str | None:
    """The JSON of a message about `change`; None where the event is hidden again: its tombstone follows.

    `events` are the public ones by id. An event is told as it is when the message is made, which may be later than the
    change: its `version` says which one it is.
    """
    if change.type in TOMBSTONES:
        return _written(change.type, change.at, change.data, epoch=epoch, offset=change.number)
    event = events.get(change.object_id)
    if event is None:
        return None
    return _written(change.type, change.at, public_event(event), epoch=epoch, offset=change.number)


def body_of_test(*, now: datetime, endpoint_id: str) -> str:
    """The JSON of a test, with the same keys."""
    data = {"endpoint": endpoint_id, "text": "This is a test. Nothing has changed."}
    return _written(MessageType.TEST, now, data, epoch=None, offset=None)


def _written(
    kind: str, at: datetime, data: Mapping[str, Any], *, epoch: str | None, offset: int | None
) -> str:
    return orjson.dumps(
        {"type": str(kind), "timestamp": at.isoformat(), "epoch": epoch, "offset": offset, "data": dict(data)}
    ).decode()
