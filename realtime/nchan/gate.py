"""Chooses who serves a new WebSocket, on request of nginx: the engine, or the hub of this process.

The engine serves the requests of the site's own pages: the public topics of the address
(`/ws/live?topics=a,b&after=EPOCH-OFFSET`), without filters, for a reader that has missed nothing, and no two
topics that one change of an event may have. The hub serves all others at the same address with the same
protocol.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from redis.exceptions import RedisError

from realtime.connections import presence
from realtime.connections.origins import is_ours
from realtime.consumers.http import HttpRefusal, header, open_manager, problem, read_query, refusals_as_http
from realtime.feed import protocol
from realtime.feed.hub import Hub
from realtime.feed.protocol import SYSTEM_TOPIC, Subscribe
from realtime.feed.snapshots import PLACE, WEATHER
from realtime.nchan.engine import Engine, EngineDown
from realtime.nchan.engine_state import KEPT_SECONDS, EngineState, EngineStateStore

log = structlog.get_logger(__name__)
PATH = "/_live/gate"
_TRIES = 20
_PAUSE = 0.005
#: Half of the engine's storage time, so that an admitted reader still finds the message.
_GREETING_SECONDS, _MOST_GREETINGS = KEPT_SECONDS / 2, 1000
#: Channels of one connection; the engine's limit is 255.
_MOST = 50
_ONE, _WITH_STATE = "events:event:", (PLACE, WEATHER)


async def gate(scope: Any, receive: Any, send: Any) -> None:
    """Answer nginx with X-Accel-Redirect."""
    try:
        with refusals_as_http():
            origin = header(scope, b"origin")
            if origin and not is_ours(origin):
                raise HttpRefusal(HTTPStatus.FORBIDDEN, "Only pages of this site may open the feed.")
            manager = await open_manager(scope)
            found = None
            if b"topics=" in scope["query_string"]:
                asked = read_query(scope)
                found = await _placed(manager.hub, asked) if suits(asked) else None
    except HttpRefusal as refusal:
        await problem(scope, send, refusal)
        return
    if found is None:
        target = b"/_live/hub?" + scope["query_string"]
        headers = [(b"x-accel-redirect", target)]
    else:
        headers = [
            (b"x-accel-redirect", b"/_live/engine"),
            (b"x-live-channels", found[0].encode()),
            (b"x-live-start", found[1].encode()),
        ]
    await send(
        {"type": "http.response.start", "status": 200, "headers": [*headers, (b"content-length", b"0")]}
    )
    await send({"type": "http.response.body", "body": b""})


async def _placed(hub: Hub, asked: Subscribe) -> tuple[str, str] | None:
    """The engine's channels and start, or None where the hub serves, also while the engine is unreachable."""
    loop = asyncio.get_running_loop()
    if loop not in _gates:
        _gates[loop] = Gate()
    try:
        return await _gates[loop].place(hub, asked)
    except (EngineDown, RedisError, DatabaseError, OSError) as error:
        log.warning("live_engine_unreachable", error=str(error))
        return None


class Gate:
    """The gate of one event loop, to which its connections belong."""

    def __init__(self) -> None:
        self._engine = Engine(settings.LIVE_NCHAN_URL)
        self._store = EngineStateStore()
        self._greeted: dict[tuple[Any, ...], tuple[float, tuple[str, ...]]] = {}

    async def place(self, hub: Hub, asked: Subscribe) -> tuple[str, str] | None:
        """Channels and start for the engine; None for the hub.

        Raises EngineDown, RedisError and django.db.Error.
        """
        topics = (SYSTEM_TOPIC, *asked.topics)
        for _ in range(_TRIES):
            state = await self._store.read(topics)
            if state is not None:
                if missed_something(hub, asked, state) or not has_fresh_snapshots(hub, asked, state):
                    return None
                greeted = (asked.topics, asked.after, state.epoch, state.offset, *state.ids.values())
                channels = self._known(greeted)
                if not channels:
                    channels = await self._publish_greeting(hub, asked, state)
                    # a change may have been published before the greeting
                    if await self._store.read(topics) != state:
                        continue
                    self._greeted[greeted] = (asyncio.get_running_loop().time(), channels)
                return ",".join((*channels, *topics)), start_of(topics, state, greetings=len(channels))
            await asyncio.sleep(_PAUSE)
        return None

    def _known(self, greeted: tuple[Any, ...]) -> tuple[str, ...]:
        """The channels with the same greeting, if they are recent. A crowd that comes at once shares them."""
        now = asyncio.get_running_loop().time()
        if len(self._greeted) > _MOST_GREETINGS:
            self._greeted = {
                key: kept for key, kept in self._greeted.items() if now - kept[0] < _GREETING_SECONDS
            }
        moment, channels = self._greeted.get(greeted, (float("-inf"), ()))
        return channels if now - moment < _GREETING_SECONDS else ()

    async def _publish_greeting(self, hub: Hub, asked: Subscribe, state: EngineState) -> tuple[str, ...]:
        """Publish the first frames into channels of their own.

        They contain the present state of places and weather and the watcher counts. Within one second the
        engine sends messages by the order of channels, so these channels come first. They are published one
        after the other, since a second may end in between.
        """
        name, channels = secrets.token_hex(12), []
        epoch, offset = state.epoch, state.offset if asked.after is None else asked.after
        states = await hub.snapshots.frames(asked.topics, epoch=epoch, offset=offset)
        reported = await self._store.reported(asked.topics)
        crowds = [
            protocol.transient(topic, presence.KIND, {"watching": many}, offset=offset)
            for topic, many in reported.items()
        ]
        await self._store.note(asked.topics, now=time.time())
        hello, answer = (
            protocol.hello(epoch, state.offset),
            protocol.subscribed(asked.topics, recovered=True, epoch=epoch, offset=offset),
        )
        for number, frame in enumerate((hello, answer, *states, *crowds)):
            channels.append(f"{name}.{number}")
            await self._engine.publish(channels[-1], frame.text)
        return tuple(channels)


def suits(asked: Subscribe) -> bool:
    """Whether the engine can send each change exactly once.

    It can for one list, or any number of single events; beside them places and the weather, whose changes
    have one topic each.
    """
    events = [topic for topic in asked.topics if not topic.startswith(_WITH_STATE)]
    is_plain = (
        asked.wanted is None
        and asked.saved_search is None
        and not asked.types
        and not asked.batch
        and len(asked.topics) <= _MOST
        and all(topic.startswith("events:") for topic in events)
    )
    return is_plain and (len(events) < 2 or all(topic.startswith(_ONE) for topic in events))


def has_fresh_snapshots(hub: Hub, asked: Subscribe, state: EngineState) -> bool:
    """Whether the hub's snapshots of places and the weather are as new as the engine's messages."""
    if not any(topic.startswith(_WITH_STATE) for topic in asked.topics):
        return True
    return hub.epoch == state.epoch and hub.offset >= state.offset


def missed_something(hub: Hub, asked: Subscribe, state: EngineState) -> bool:
    """Whether the reader must catch up first, or this cannot be determined here."""
    if asked.after is None:
        return False
    if asked.epoch not in (None, state.epoch) or hub.epoch != state.epoch:
        return True
    if not hub.window.start <= asked.after <= state.offset <= hub.offset:
        return True
    return any(
        not message.keys.isdisjoint(asked.topics)
        for message in hub.window.after(asked.after)
        if message.offset <= state.offset
    )


def start_of(topics: Sequence[str], state: EngineState, *, greetings: int) -> str:
    """The engine's message id after which messages are new to a reader; '' for all that it stores.

    It covers the channels of `greetings` and those of `topics`. It consists of one second, and for each
    channel the number of its message within that second, `-` for none; one of them is in brackets.
    """
    found = {topic: tuple(map(int, mark.split(":"))) for topic, mark in state.ids.items()}
    if not found:
        return ""
    second = max(moment for moment, _ in found.values())
    numbers = [
        str(found[topic][1]) if topic in found and found[topic][0] == second else "-" for topic in topics
    ]
    newest = next(place for place, number in enumerate(numbers) if number != "-")
    numbers[newest] = f"[{numbers[newest]}]"
    return f"{second}:{'-,' * greetings}{','.join(numbers)}"


_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, Gate] = WeakKeyDictionary()
