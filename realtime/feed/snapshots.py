"""Snapshots: the current state of a place or of a city's weather, sent first to a new subscriber.

A snapshot is read once for all requests, and again after a change or after half a minute. So ten thousand
readers who come back at once cost a few queries.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from places.queries import places_now, weather_states
from realtime.feed.database_thread import DatabaseThread
from realtime.feed.protocol import Frame
from realtime.feed.readers import Reader

PLACE, WEATHER = "place:", "weather:"
#: A snapshot may be this many seconds old: a state also changes by itself, when evidence expires.
SECONDS: Final = 30.0
_MOST: Final = 5_000


class Snapshot:
    """The state of one topic. Its frame is encoded once for each offset."""

    def __init__(self, topic: str, kind: str, data: Mapping[str, Any], at: datetime) -> None:
        self._body = {
            "type": kind,
            "offset": 0,
            "topics": [topic],
            "topic": topic,
            "at": at.isoformat(),
            "data": data,
        }
        self._made: tuple[str, Frame] | None = None

    def frame(self, epoch: str, offset: int) -> Frame:
        """The frame for a reader at `offset`.

        It carries that offset, so a reader that resumes from here misses nothing.
        """
        mark = f"{epoch}-{offset}"
        if self._made is None or self._made[0] != mark:
            self._made = mark, Frame({**self._body, "offset": offset}, mark=mark)
        return self._made[1]


class Snapshots:
    """The snapshots that were read last. Only the event loop touches them."""

    def __init__(self, database: DatabaseThread) -> None:
        self._database = database
        self._held: dict[str, tuple[asyncio.Task[dict[str, Snapshot]], float]] = {}

    async def send(self, reader: Reader, topics: Iterable[str], *, epoch: str, offset: int) -> None:
        """Push the snapshots of `topics` to `reader`. Raises django.db.Error."""
        for frame in await self.frames(topics, epoch=epoch, offset=offset):
            if reader.is_full:
                await reader.drained()
            reader.push(frame)

    async def frames(self, topics: Iterable[str], *, epoch: str, offset: int) -> list[Frame]:
        """The frames of the snapshots of `topics` for a reader at `offset`.

        Topics without a state have none. Raises django.db.Error.
        """
        states = await self._of([topic for topic in topics if topic.startswith((PLACE, WEATHER))])
        return [state.frame(epoch, offset) for state in states]

    def forget(self, topics: Collection[str]) -> None:
        """Drop the snapshots of `topics`, which have changed."""
        for topic in topics:
            self._held.pop(topic, None)

    def clear(self) -> None:
        """Drop all snapshots."""
        self._held.clear()

    async def _of(self, topics: Sequence[str]) -> list[Snapshot]:
        now = asyncio.get_running_loop().time()
        self._evict(now)
        asked = {
            topic: self._held[topic][0] if topic in self._held else None for topic in topics
        }  # kept here, since the eviction below may drop them
        if missing := [topic for topic, reading in asked.items() if reading is None]:
            task = asyncio.create_task(self._database.run(_read, missing))
            task.add_done_callback(lambda done: self._drop_failed(missing, done))
            for topic in missing:
                self._held[topic], asked[topic] = (task, now + SECONDS), task
            self._evict(now)
        found = []
        for topic, reading in asked.items():
            assert reading is not None
            state = (await asyncio.shield(reading)).get(
                topic
            )  # a caller that is cancelled does not cancel the reading for the others
            if state is not None:
                found.append(state)
        return found

    def _evict(self, now: float) -> None:
        """Drop expired snapshots, and the oldest beyond the bound. They are kept in the order of reading."""
        while self._held:
            oldest = next(iter(self._held))
            if len(self._held) <= _MOST and self._held[oldest][1] > now:
                break
            del self._held[oldest]

    def _drop_failed(self, topics: Sequence[str], task: "asyncio.Task[dict[str, Snapshot]]") -> None:
        if task.cancelled() or task.exception() is not None:
            for topic in topics:
                if topic in self._held and self._held[topic][0] is task:
                    del self._held[topic]


def _read(topics: Sequence[str]) -> dict[str, Snapshot]:
    """The snapshots by topic, at most three queries. Unknown places and cities have none."""
    now = datetime.now(UTC)
    ids = [UUID(topic.removeprefix(PLACE)) for topic in topics if topic.startswith(PLACE)]
    slugs = [topic.removeprefix(WEATHER) for topic in topics if topic.startswith(WEATHER)]
    places = {
        f"{PLACE}{place_id}": ("place.status", data) for place_id, data in places_now(ids, now=now).items()
    }
    weather = {
        f"{WEATHER}{slug}": ("weather.update", data) for slug, data in weather_states(slugs, now=now).items()
    }
    return {topic: Snapshot(topic, kind, data, now) for topic, (kind, data) in {**places, **weather}.items()}
