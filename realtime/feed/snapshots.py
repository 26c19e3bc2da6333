"""The present state of a place or of a city's weather, which a reader gets first when it subscribes to it.

Each is read once for all who ask at about the same time, and again only after it changed or half a minute
passed: ten thousand readers who come back at once cost a few queries.
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
#: What is known changes by itself too, when evidence ends.
SECONDS: Final = 30.0
_MOST: Final = 5_000


class Snapshot:
    """What is known of one topic; its frame is encoded once for each offset."""

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
        """As told to a reader that stands at `offset`: what it resumes from is where it stands, so nothing
        that it has still to get is passed over."""
        mark = f"{epoch}-{offset}"
        if self._made is None or self._made[0] != mark:
            self._made = mark, Frame({**self._body, "offset": offset}, mark=mark)
        return self._made[1]


class Snapshots:
    """The states that were read last. All of it belongs to the event loop."""

    def __init__(self, database: DatabaseThread) -> None:
        self._database = database
        self._held: dict[str, tuple[asyncio.Task[dict[str, Snapshot]], float]] = {}

    async def send(self, reader: Reader, topics: Iterable[str], *, epoch: str, offset: int) -> None:
        """Push the state of those of `topics` that have one. Raises django.db.Error."""
        for frame in await self.frames(topics, epoch=epoch, offset=offset):
            if reader.is_full:
                await reader.drained()
            reader.push(frame)

    async def frames(self, topics: Iterable[str], *, epoch: str, offset: int) -> list[Frame]:
        """What a reader that stands at `offset` is told of those of `topics` that have a state. Raises
        django.db.Error."""
        states = await self._of([topic for topic in topics if topic.startswith((PLACE, WEATHER))])
        return [state.frame(epoch, offset) for state in states]

    def forget(self, topics: Collection[str]) -> None:
        """These have changed: whoever asks from now on is told anew."""
        for topic in topics:
            self._held.pop(topic, None)

    def clear(self) -> None:
        """Forget all."""
        self._held.clear()

    async def _of(self, topics: Sequence[str]) -> list[Snapshot]:
        now = asyncio.get_running_loop().time()
        self._evict(now)
        asked = {
            topic: self._held[topic][0] if topic in self._held else None for topic in topics
        }  # what is dropped below is still told
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
            )  # one reader that leaves does not end the reading of others
            if state is not None:
                found.append(state)
        return found

    def _evict(self, now: float) -> None:
        """Drop what is out of date, and the oldest beyond the bound: they are held in the order of their
        reading."""
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
    """The states by topic, at most three queries; nothing for a place or a city that there is not."""
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
