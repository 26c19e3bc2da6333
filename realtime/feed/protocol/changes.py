"""A change of the outbox as a message."""

from typing import Any
from uuid import UUID

from events.change_filters import Texts, passes
from events.filters import EventFilter
from outbox.enums import Audience
from outbox.models import Change
from realtime.feed.protocol.frames import Frame
from realtime.feed.protocol.topics import STAFF_TOPICS, SYSTEM_TOPIC, own_key

#: Memory of a change's objects beside its texts, measured with changes of events.
OBJECT_BYTES = 5_000
#: A change caches the results of at most this many filters: 2 kB at most, and the window has 10,000 changes.
MOST_JUDGED = 64


class Message(Frame):
    """A change of the outbox as a frame.

    `keys` are the topics of its readers, `object_key` identifies the object that changed.
    """

    def __init__(self, change: Change, epoch: str) -> None:
        self.offset = int(change.number or 0)
        self.keys = keys_of(change)
        self.is_public = change.audience == Audience.PUBLIC
        self.object_key: tuple[str, UUID] = (change.object_type, change.object_id)
        self.data = change.data
        self._transaction = change.transaction
        self._judged: dict[EventFilter, bool] = {}
        super().__init__(change_body(change), mark=f"{epoch}-{self.offset}")

    @property
    def memory_bytes(self) -> int:
        """Estimated upper bound of its memory in bytes.

        The text, its bytes for WebSockets and for streams, and its data as objects.
        """
        return 4 * self.size + OBJECT_BYTES

    def judge(self, wanted: EventFilter, texts: Texts) -> bool:
        """Whether the change passes the filter `wanted`. `texts` has that of the event, where the filter asks for words."""
        text = texts.get(self.object_key[1])
        return passes(wanted, self.kind, self.data, text=text, transaction=self._transaction)

    def passes(self, wanted: EventFilter, texts: Texts) -> bool:
        """Like `judge`, with a cache of the last few filters for a crowd that comes back with the same one."""
        known = self._judged.get(wanted)
        if known is None:
            known = self.judge(wanted, texts)
            if len(self._judged) >= MOST_JUDGED:
                self._judged.clear()
            self._judged[wanted] = known
        return known


def change_body(change: Change) -> dict[str, Any]:
    """The message of `change`, as docs/live.md describes it."""
    topic = (
        f"events:event:{change.object_id}"
        if change.object_type == "event"
        else f"{change.object_type}:{change.object_id}"
    )
    if change.object_type == "weather":  # the one topic that is named by a city's slug
        topic = change.topics[0]
    elif change.object_type == SYSTEM_TOPIC:
        topic = SYSTEM_TOPIC
    return {
        "type": change.type,
        "offset": change.number,
        "topics": change.topics,
        "topic": topic,
        "at": change.at.isoformat(),
        "data": change.data,
    }


def keys_of(change: Change) -> frozenset[str]:
    """The keys of the readers who may get `change`.

    Staff topics are only for the staff audience, one user's key only for that user.
    """
    if change.audience == Audience.USER:
        return frozenset({own_key(change.user_id)})
    if change.audience == Audience.STAFF:
        return frozenset(topic for topic in change.topics if topic.startswith(STAFF_TOPICS))
    return frozenset(change.topics)
