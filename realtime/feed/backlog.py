"""The backlog: changes older than the hub's window, read from the database.

They are read once for all readers of the same topics, so that a crowd that comes back costs as much as one
reader.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any
from uuid import UUID

from outbox.queries import position
from realtime.feed.database_thread import DatabaseThread
from realtime.feed.protocol import OWN_TOPIC, Message
from realtime.feed.queries import latest_changes
from realtime.feed.single_flight import SingleFlight

#: Readings begin at multiples of this number and have at most as many rows, so that readers with slightly different
#: offsets share one.
GRID = 1000
#: How many seconds and bytes of readings are kept for the next readers.
_SECONDS = 10.0
_MOST_BYTES = 32 * 1024 * 1024
_Key = tuple[frozenset[str], UUID | None, int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class BacklogPart:
    """The newest change of each object after `after` and up to `end`, in order.

    It contains nothing about changes up to `after`.
    """

    key: _Key
    after: int
    end: int
    messages: list[Message]
    read_at: float
    size: int


class Backlog:
    """Reads parts of the backlog and caches them for a few seconds."""

    def __init__(self, database: DatabaseThread) -> None:
        self._database = database
        self._held: deque[BacklogPart] = deque()
        self._single_flight = SingleFlight()

    async def part(
        self, cursor: int, upto: int, *, topics: Collection[str], user_id: UUID | None, epoch: str, floor: int
    ) -> BacklogPart:
        """The next part of the changes of `topics` after `cursor`, towards `upto`.

        `floor` is the last pruned number. Raises django.db.Error. The part's `after` is beyond `cursor` where
        the next changes were pruned meanwhile.
        """
        key = (frozenset(topics), user_id if OWN_TOPIC in topics else None, upto, epoch)
        known = [part for part in self._held if part.key == key]
        for part in known:
            if part.after <= cursor < part.end:
                return part
        start = cursor if any(part.end == cursor for part in known) else max(cursor // GRID * GRID, floor)
        found: BacklogPart = await self._single_flight.run((key, start), partial(self._read, key, start))
        return found

    async def _read(self, key: _Key, start: int) -> BacklogPart:
        part = await self._database.run(_part, key, start)
        self._held.append(part)
        while (
            monotonic() - self._held[0].read_at > _SECONDS
            or sum(held.size for held in self._held) > _MOST_BYTES
        ):
            self._held.popleft()
            if not self._held:
                break
        return part


def _part(key: _Key, start: int) -> BacklogPart:
    """Read the rows before the position, so that pruning in between is noticed (2 queries)."""
    topics, user_id, upto, epoch = key
    rows: list[Any] = latest_changes(start, upto, topics=topics, user_id=user_id, limit=GRID)
    messages = [Message(row, epoch) for row in rows]
    return BacklogPart(
        key=key,
        after=max(start, position().pruned_to),
        end=messages[-1].offset if len(messages) == GRID else upto,
        messages=messages,
        read_at=monotonic(),
        size=sum(message.memory_bytes for message in messages),
    )
