"""Subscribing and catching up: from the hub's window, from the database where that does not reach, in order and once."""

from uuid import UUID

from realtime import protocol
from realtime.hub import Hub
from realtime.protocol import OWN_TOPIC, SYSTEM_TOPIC, Message, Subscribe, own_key
from realtime.readers import Reader, Subscription


async def subscribe(hub: Hub, reader: Reader, asked: Subscribe) -> None:
    """Answer `subscribed`, send the present state of places and weather and what was missed, then attach. `reader.user_id` must be set for `user:me`.

    Raises django.db.Error."""
    if asked.after is not None:
        await hub.reach(asked.after)
    recovered = can_resume(hub, asked.epoch, asked.after)
    start = hub.offset if asked.after is None or not recovered else asked.after
    _pause(hub, reader)
    for topic in asked.topics:
        key = own_key(reader.user_id) if topic == OWN_TOPIC else topic
        reader.subscriptions[key] = Subscription(topic=topic, since=start, at=start, wanted=asked.wanted)
    reader.subscriptions.setdefault(SYSTEM_TOPIC, Subscription(topic=SYSTEM_TOPIC, since=start, at=start))
    hub.counts["resumes|" + _outcome(asked, recovered)] += 1
    reader.push(protocol.subscribed(asked.topics, recovered=recovered, epoch=hub.epoch, offset=start))
    await hub.present.send(reader, asked.topics, epoch=hub.epoch, offset=start)
    await _catch_up(hub, reader)


def unsubscribe(hub: Hub, reader: Reader, topics: tuple[str, ...]) -> None:
    """Hear no more of `topics`."""
    hub.detach(reader)
    for key, subscription in list(reader.subscriptions.items()):
        if subscription.topic in topics:
            del reader.subscriptions[key]
    hub.attach(reader)


def _outcome(asked: Subscribe, recovered: bool) -> str:
    return "fresh" if asked.after is None else "recovered" if recovered else "not_recovered"


def can_resume(hub: Hub, epoch: str | None, after: int | None) -> bool:
    """Whether everything after `after` is still known; without `after` there is nothing to recover."""
    return after is None or (epoch in (None, hub.epoch) and hub.pruned_to <= after <= hub.offset)


def _pause(hub: Hub, reader: Reader) -> None:
    """Take `reader` out while it catches up: what it listens to already has got all up to now."""
    if reader.listens:
        hub.detach(reader)
        reader.reached(max(hub.offset, reader.seen))  # the hub may be in the middle of handing the next change out


async def _catch_up(hub: Hub, reader: Reader) -> None:
    """Replay until nothing is missing. The last step and the attaching are one step of the event loop: nothing falls in between."""
    owed: set[tuple[str, UUID]] = set()
    was_long_away = False
    while not reader.ended:
        if reader.behind() < hub.window.start:
            was_long_away = True
            await _from_database(hub, reader)
        elif _from_window(hub, reader, owed, was_long_away):
            hub.attach(reader)
            return
        await reader.drained()


def _from_window(hub: Hub, reader: Reader, owed: set[tuple[str, UUID]], was_long_away: bool) -> bool:
    """Push what the window has for `reader`, the newest of each object; False where its queue was filled before the end.

    An object is `owed` when any of its changes passes: it may have left the reader's filter in one, and the next says nothing of that.
    """
    missed = []
    for message in hub.window.after(reader.behind()):
        if late := reader.late(message):
            missed.append(message)
            if any(_owes(subscription, message, was_long_away) for subscription in late):
                owed.add(message.thing)
    newest = {message.thing: message.offset for message in missed}
    for message in missed:
        if newest[message.thing] != message.offset:
            continue
        if reader.is_full:
            return False
        if message.thing in owed:
            reader.seen = max(reader.seen, message.offset)
            reader.push(message)
        reader.reached(message.offset)
    reader.reached(hub.offset)
    return True


async def _from_database(hub: Hub, reader: Reader) -> None:
    """Push what is older than the window."""
    epoch, upto, cursor = hub.epoch, hub.window.start, reader.behind()
    topics = [subscription.topic for subscription in reader.subscriptions.values()]
    while cursor < upto and not reader.ended:
        part = await hub.past.part(cursor, upto, topics=topics, user_id=reader.user_id, epoch=epoch, floor=hub.pruned_to)
        if epoch != hub.epoch:  # renewed meanwhile: the reader was greeted anew
            return
        if part.after > cursor:  # pruned meanwhile: it comes back, and is told that it cannot be recovered
            hub.pruned_to = max(hub.pruned_to, part.after)
            reader.end()
            reader.dismiss(protocol.CLOSE_SLOW)
            return
        for message in part.messages:
            if message.offset > cursor:
                if reader.is_full:
                    await reader.drained()
                _push(reader, message)
        cursor = part.end
    if epoch == hub.epoch:
        reader.reached(upto)


def _push(reader: Reader, message: Message) -> None:
    """The topic decides which change is an object's newest, the filter whether the reader is told."""
    if any(_owes(subscription, message, True) for subscription in reader.late(message)):
        reader.seen = max(reader.seen, message.offset)
        reader.push(message)


def _owes(subscription: Subscription, message: Message, was_long_away: bool) -> bool:
    """Whether the filter lets `message` through. To who was away for longer than the window, older changes of the same event are not looked at,
    so any change is told of one that it may hold."""
    return subscription.passes(message) or (was_long_away and message.kind == "event.changed")
