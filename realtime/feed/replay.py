"""Subscribing and catching up.

Missed changes come from the hub's window, and from the backlog where the window does not reach; each once and
in order.
"""

import asyncio
from collections import deque
from collections.abc import Hashable, Sequence
from time import monotonic
from uuid import UUID

from events.change_filters import Texts
from realtime.feed import protocol
from realtime.feed.background import STEP
from realtime.feed.hub import TEXTS_AT_ONCE, Hub
from realtime.feed.protocol import OWN_TOPIC, SYSTEM_TOPIC, Message, Subscribe, own_key
from realtime.feed.readers import Reader, Subscription

#: Readers who come back within this many seconds share results.
_SHARED_SECONDS = 10.0


async def subscribe(hub: Hub, reader: Reader, asked: Subscribe) -> None:
    """Answer `subscribed`, send snapshots and missed changes, then attach the reader.

    The snapshots are those of places and weather. `reader.user_id` must be set for `user:me`. Raises
    django.db.Error.
    """
    if asked.after is not None:
        await hub.catch_up_to(asked.after)
    recovered = can_resume(hub, asked.epoch, asked.after)
    start = hub.offset if asked.after is None or not recovered else asked.after
    _pause(hub, reader)
    for topic in asked.topics:
        key = own_key(reader.user_id) if topic == OWN_TOPIC else topic
        reader.subscriptions[key] = Subscription(
            topic=topic, since=start, at=start, wanted=asked.wanted, types=asked.types
        )
    reader.subscriptions.setdefault(SYSTEM_TOPIC, Subscription(topic=SYSTEM_TOPIC, since=start, at=start))
    hub.counts["resumes|" + _outcome(asked, recovered)] += 1
    reader.push(protocol.subscribed(asked.topics, recovered=recovered, epoch=hub.epoch, offset=start))
    await hub.snapshots.send(reader, asked.topics, epoch=hub.epoch, offset=start)
    await CatchUp(hub, reader).run()


def unsubscribe(hub: Hub, reader: Reader, topics: tuple[str, ...]) -> None:
    """End the subscriptions to `topics`."""
    hub.detach(reader)
    for key, subscription in list(reader.subscriptions.items()):
        if subscription.topic in topics:
            del reader.subscriptions[key]
    hub.attach(reader)


def _outcome(asked: Subscribe, recovered: bool) -> str:
    return "fresh" if asked.after is None else "recovered" if recovered else "not_recovered"


def can_resume(hub: Hub, epoch: str | None, after: int | None) -> bool:
    """Whether every change after `after` is still stored. Without `after` there is nothing to recover."""
    return after is None or (epoch in (None, hub.epoch) and hub.pruned_to <= after <= hub.offset)


def _pause(hub: Hub, reader: Reader) -> None:
    """Detach `reader` while it catches up. Its present subscriptions have received everything up to now."""
    if reader.listens:
        hub.detach(reader)
        reader.reached(max(hub.offset, reader.seen))  # the hub may be sending the next change right now


class CatchUp:
    """Finds and pushes the missed changes of one reader step by step.

    So a long absence with a filter delays nobody else. `missed` holds changes that were checked and not
    pushed yet, `newest` the last number of each object in it. An object is `owed` when any of its changes
    passes the filter: the event may have left the filter by one change, and a later change does not show
    that.
    """

    def __init__(self, hub: Hub, reader: Reader) -> None:
        self._hub, self._reader = hub, reader
        self._owed: set[tuple[str, UUID]] = set()
        self._was_long_away = False
        self._look_anew()

    async def run(self) -> None:
        """Replay until nothing is missing, then attach.

        The last check and the attaching are one step of the event loop, so no change falls in between. Raises
        django.db.Error.
        """
        hub, reader = self._hub, self._reader
        while not reader.ended:
            if reader.behind() < hub.window.start:
                self._was_long_away = True
                await self._from_database()
                await reader.drained()
                self._look_anew()
            elif hub.window is not self._window or self._looked < hub.window.start:  # renewed, or overtaken
                self._look_anew()
            elif await self._look():
                await asyncio.sleep(0)
            elif self._push():
                reader.reached(hub.offset)
                hub.attach(reader)
                return
            elif reader.is_full:
                await reader.drained()
            else:
                await asyncio.sleep(0)

    def _look_anew(self) -> None:
        self._window, self._looked = self._hub.window, self._reader.behind()
        self._missed: deque[Message] = deque()
        self._newest: dict[tuple[str, UUID], int] = {}

    async def _look(self) -> bool:
        """Check the next changes of the window. Returns whether there may be more."""
        step = TEXTS_AT_ONCE if self._reader.asks_text else STEP
        part = self._window.after(self._looked, step)
        if not part:
            return False
        texts: Texts = {}
        if self._reader.asks_text and self._asked(part) not in self._window.catch_up_cache:
            texts = await self._hub.texts(part)
        for message, is_owed in self._window.catch_up_cache.of(
            self._asked(part), lambda: self._judge(part, texts)
        ):
            self._missed.append(message)
            self._newest[message.object_key] = message.offset
            if is_owed:
                self._owed.add(message.object_key)
        self._looked = part[-1].offset
        return len(part) == step

    def _asked(self, part: Sequence[Message]) -> Hashable:
        """What the result of a check depends on."""
        moment = monotonic() // _SHARED_SECONDS  # "today" changes at midnight
        return self._reader.resume_state(), self._was_long_away, self._looked, part[-1].offset, moment

    def _judge(self, part: Sequence[Message], texts: Texts) -> list[tuple[Message, bool]]:
        """The changes of `part` that the reader lacks.

        The newest of each object, in order, and whether any of its changes passes the filters.
        """
        found: dict[tuple[str, UUID], tuple[Message, bool]] = {}
        for message in part:
            if late := self._reader.late(message, texts):
                _, is_owed = found.pop(message.object_key, (message, False))
                found[message.object_key] = (
                    message,
                    is_owed or any(_owes(each, message, texts, self._was_long_away) for each in late),
                )
        return list(found.values())

    def _push(self) -> bool:
        """Push the newest missed change of each object.

        Returns whether that was all. Topics that were revoked meanwhile are skipped.
        """
        reader, at = self._reader, 0
        for _ in range(min(STEP, len(self._missed))):
            if reader.is_full:
                break
            message = self._missed.popleft()
            at = message.offset
            is_newest = self._newest[message.object_key] == at
            if (
                is_newest
                and message.object_key in self._owed
                and not message.keys.isdisjoint(reader.subscriptions)
            ):
                _send(reader, message)
        reader.reached(at)
        return not self._missed

    async def _from_database(self) -> None:
        """Push the changes that are older than the window."""
        hub, reader = self._hub, self._reader
        epoch, upto, cursor = hub.epoch, hub.window.start, reader.behind()
        topics = [subscription.topic for subscription in reader.subscriptions.values()]
        while cursor < upto and not reader.ended:
            part = await hub.backlog.part(
                cursor, upto, topics=topics, user_id=reader.user_id, epoch=epoch, floor=hub.pruned_to
            )
            if epoch != hub.epoch:  # a new epoch meanwhile: the reader got a new `hello`
                return
            if part.after > cursor:  # pruned meanwhile: the client comes back and gets `recovered: false`
                hub.pruned_to = max(hub.pruned_to, part.after)
                reader.end()
                reader.dismiss(protocol.CLOSE_SLOW)
                return
            missed = [message for message in part.messages if message.offset > cursor]
            for first in range(0, len(missed), TEXTS_AT_ONCE):
                messages = missed[first : first + TEXTS_AT_ONCE]
                texts = await hub.texts(messages) if reader.asks_text else {}
                for message in messages:
                    if reader.is_full:
                        await reader.drained()
                    # The topic decides which change is an object's newest, the filter whether the reader gets
                    # it.
                    if any(_owes(each, message, texts, True) for each in reader.late(message, texts)):
                        _send(reader, message)
                await asyncio.sleep(0)
            cursor = part.end
        if epoch == hub.epoch:
            reader.reached(upto)


def _send(reader: Reader, message: Message) -> None:
    reader.seen = max(reader.seen, message.offset)
    reader.push(message)


def _owes(subscription: Subscription, message: Message, texts: Texts, was_long_away: bool) -> bool:
    """Whether the reader gets `message`.

    For a reader that was away for longer than the window, older changes of the same event are not checked. So
    it gets every change of an event, since the event may have left its filter in between.
    """
    return (was_long_away and message.kind.startswith("event.")) or subscription.passes(message, texts)
