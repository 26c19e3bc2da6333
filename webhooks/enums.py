"""Types of messages, and the states of endpoints and deliveries. Values are stored: add, never rename."""

from enum import StrEnum
from typing import Final

from events.services import announcing


class MessageType(StrEnum):
    """What a message tells of. All but `TEST` are types of changes, as `/api/v1/changes` has them."""

    PUBLISHED = announcing.PUBLISHED
    CHANGED = announcing.CHANGED
    CANCELLED = announcing.CANCELLED
    REMOVED = announcing.REMOVED
    MERGED = announcing.MERGED
    TEST = "webhook.test"


#: Types that an endpoint can ask for, and those after which the event is not public any more.
TYPES: Final = tuple(kind for kind in MessageType if kind is not MessageType.TEST)
TOMBSTONES: Final = frozenset({MessageType.REMOVED, MessageType.MERGED})


class DeliveryState(StrEnum):
    """`waiting` is sent when it is due. `failed`: every try failed. `dropped`: it waited too long."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class DisabledBecause(StrEnum):
    """Why nothing is sent to an endpoint: its owner wants it so, the receiver said 410, every try of three days failed."""

    OWNER = "owner"
    GONE = "gone"
    FAILING = "failing"
