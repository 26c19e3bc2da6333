"""What is older than a hub's window, read from the database once for all who listen to the same: a crowd that
comes back costs what one reader costs."""

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

#: Readings begin at multiples of this and are as long at most, so that readers who missed a little more or
#: less share one.
GRID = 1000
#: How long and how much is kept for those who come next.
_SECONDS = 10.0
_MOST_BYTES = 32 * 1024 * 1024
_Key = tuple[frozenset[str], UUID | None, int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class BacklogPart:
    """The newest change of each object between `after` (exclusive) and `end`, in order. Nothing at or below
    `after` is known."""

    key: _Key
    after: int
    end: int
    messages: list[Message]
    read_at: float
    size: int


class Backlog:
    """Reads parts of the past, and keeps them for a moment."""

    def __init__(self, database: DatabaseThread) -> None:
        self._database = database
        self._held: deque[BacklogPart] = deque()
        self._single_flight = SingleFlight()

    async def part(
        self, cursor: int, upto: int, *, topics: Collection[str], user_id: UUID | None, epoch: str, floor: int
    ) -> BacklogPart:
        """What `topics` missed from `cursor` on, towards `upto`; `floor` is up to where was pruned. Raises
        django.db.Error.

        Its `after` is beyond `cursor` where what came next was pruned meanwhile.
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
    """The rows are read before the position: what was pruned in between then shows (2 queries)."""
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
