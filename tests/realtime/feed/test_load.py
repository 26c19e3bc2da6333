"""One reader's requests delay no others and leave nothing behind, counted in steps of the event loop."""

import asyncio
import threading

import pytest
from uuid_utils.compat import uuid7

from outbox.models import Change
from outbox.queries import Position
from realtime.feed import protocol
from realtime.feed.background import STEP, run_forever
from realtime.feed.filters import read_filters
from realtime.feed.hub import Hub
from realtime.feed.protocol import MOST_JUDGED, Message, Subscribe
from realtime.feed.readers import Reader, Subscription
from realtime.feed.replay import subscribe
from realtime.feed.window import MOST_CACHED, Window
from tests.realtime.clients import commit, in_time, listening

ALL = "events:all"
CARD = {
    "title": "Jazz", "venue": "Blue Room", "lat": None, "lng": None, "city": "goa", "area": None, "category": "music", "tags": [],
    "language": "en", "online": "no", "status": "scheduled", "start": "2026-11-21T20:00:00+05:30", "end": None, "timezone": "Asia/Kolkata",
    "all_day": False, "time_known": True, "price": {"type": "free", "min": None, "max": None, "currency": ""},
}  # fmt: skip
MUSIC, FILM = read_filters({"category": "music"}), read_filters({"category": "film"})


def change(number, **more):
    data = {**CARD, **more}
    return Change(
        number=number, type="event.changed", object_type="event", object_id=uuid7(), topics=[ALL], data=data
    )


@pytest.fixture
async def alone():
    """A hub without queries."""
    made = Hub()
    made._reset(Position("e", 0, 0), start=0)
    yield made
    await made.stop()


class Told(Reader):
    """A reader whose client accepts everything at once."""

    def __init__(self):
        self.frames = []
        super().__init__(self._take, server=self._take, overflow=lambda: None, fast_send=None)

    async def _take(self, frame):
        self.frames.append(frame)

    __slots__ = ("frames",)


def listener(hub, wanted, topic=ALL):
    reader = Told()
    reader.subscriptions[topic] = Subscription(topic=topic, since=0, at=0, wanted=wanted)
    hub.readers.add(reader)
    hub.attach(reader)
    return reader


class Turns:
    """How often other tasks ran during `work`."""

    def __init__(self):
        self.count = 0

    async def during(self, work):
        task = asyncio.ensure_future(work)
        await asyncio.sleep(0)
        while not task.done():
            self.count += 1
            await asyncio.sleep(0)
        await task
        return self.count


def fill(hub, count, **more):
    for number in range(hub.offset + 1, hub.offset + count + 1):
        hub.window.append(Message(change(number, **more), "e"))
    hub.offset += count


async def test_a_change_keeps_no_verdict_of_those_who_listened_and_few_of_those_who_come_back(alone):
    for number in range(300):
        listener(alone, read_filters({"tag": f"word{number}"}))
    await alone._publish([change(1)])
    (message,) = alone.window.after(0)
    assert not message._judged
    for number in range(10 * MOST_JUDGED):
        assert not message.passes(read_filters({"tag": f"other{number}"}), {})
    assert 0 < len(message._judged) <= MOST_JUDGED


async def test_a_change_goes_before_what_is_left_of_a_notice_to_a_crowd(alone):
    order = []

    class Noted(Told):
        __slots__ = ()

        def push(self, frame):
            order.append(frame)

    readers = [listener(alone, None) for _ in range(3 * STEP)]
    for reader in readers:
        reader.__class__ = Noted
    notice = protocol.hello("e", 0)
    telling = asyncio.ensure_future(alone.push_all(readers, notice))
    await asyncio.sleep(0)
    assert order == [notice] * STEP
    await alone._publish([change(1)])
    (message,) = alone.window.after(0)
    last = len(order) - order[::-1].index(message)
    assert order[:last].count(message) == len(readers)
    assert order[:last].count(notice) <= 2 * STEP
    await telling
    assert order.count(notice) == len(readers)


async def test_a_filter_is_judged_once_for_all_topics_and_readers_of_a_change(alone, monkeypatch):
    judged = []
    monkeypatch.setattr(
        Message,
        "judge",
        lambda self, wanted, texts, judge=Message.judge: judged.append(wanted) or judge(self, wanted, texts),
    )
    readers = [
        listener(alone, wanted, topic)
        for wanted in (MUSIC, FILM)
        for topic in (ALL, "events:city:goa")
        for _ in range(3)
    ]
    news = change(1)
    news.topics.append("events:city:goa")
    await alone._publish([news])
    await in_time(asyncio.gather(*(reader.drained() for reader in readers)))
    assert len(judged) == 2
    assert [len(reader.frames) for reader in readers] == [1] * 6 + [0] * 6


async def test_many_filters_that_a_change_does_not_pass_hold_up_nobody(alone):
    for number in range(4 * STEP):
        listener(alone, read_filters({"tag": f"word{number}"}))
    assert await Turns().during(alone._publish([change(1)])) >= 3


async def test_news_a_new_epoch_and_beats_for_many_hold_up_nobody(alone):
    readers = [listener(alone, None) for _ in range(4 * STEP)]
    assert await Turns().during(alone.send_transient(ALL, "presence", {"watching": 5})) >= 3
    assert await Turns().during(alone._renew(Position("new", 7, 7))) >= 3
    assert {reader.seen for reader in readers} == {7}
    await in_time(asyncio.gather(*(reader.drained() for reader in readers)))
    assert {tuple(frame.kind for frame in reader.frames) for reader in readers} == {("presence", "hello")}


async def test_each_stream_gets_one_beat_a_round_and_not_all_at_once(alone, monkeypatch):
    alone._heartbeat_seconds = 0.0
    alone.streams = {Told() for _ in range(150)}
    groups = []
    monkeypatch.setattr(
        alone,
        "push_all",
        lambda readers, frame, push=alone.push_all: groups.append(len(readers)) or push(readers, frame),
    )
    for rounds in (1, 2):
        await alone._send_heartbeats()
        await in_time(asyncio.gather(*(reader.drained() for reader in alone.streams)))
        assert all(reader.frames == [protocol.HEARTBEAT] * rounds for reader in alone.streams)
    assert max(groups) < 75


async def test_coming_back_with_a_filter_holds_up_nobody_and_loses_nothing(alone):
    """Changes go on while thousands of missed ones are judged: all that pass are told, once and in order."""
    fill(alone, 6 * STEP, category="film")
    fill(alone, 50, category="music")
    reader, turns = Told(), 0
    coming = asyncio.ensure_future(
        subscribe(alone, reader, Subscribe(topics=(ALL,), epoch="e", after=0, wanted=MUSIC))
    )
    await asyncio.sleep(0)
    while not coming.done():
        turns += 1
        await alone._publish([change(alone.offset + 1, category="music" if turns % 2 else "film")])
        await asyncio.sleep(0)
    await coming
    await alone._publish([change(alone.offset + 1)])
    await in_time(reader.drained())
    assert turns >= 6
    reported = [frame.offset for frame in reader.frames if isinstance(frame, Message)]
    assert reported == [message.offset for message in alone.window.after(0) if message.passes(MUSIC, {})]


async def test_a_crowd_that_comes_back_alike_is_looked_up_once(alone, monkeypatch):
    fill(alone, STEP + 10)
    looks = []
    monkeypatch.setattr("realtime.feed.replay.monotonic", lambda: 7.0)
    monkeypatch.setattr(
        Reader,
        "late",
        lambda self, message, texts, late=Reader.late: looks.append(message) or late(self, message, texts),
    )
    readers = [Told() for _ in range(20)]
    asked = [Subscribe(topics=(ALL,), epoch="e", after=5, wanted=wanted) for wanted in (MUSIC, FILM)]
    await in_time(
        asyncio.gather(*(subscribe(alone, reader, asked[n % 2]) for n, reader in enumerate(readers)))
    )
    await in_time(asyncio.gather(*(reader.drained() for reader in readers)))
    assert len(looks) == 2 * (STEP + 5)
    assert [len(reader.frames) for reader in readers] == [1 + STEP + 5, 1] * 10
    for number in range(2 * MOST_CACHED):
        alone.window.catch_up_cache.of(number, list)
    assert len(alone.window.catch_up_cache._held) == MOST_CACHED


async def test_a_window_that_has_gone_on_is_looked_at_anew(alone):
    """What was looked at belongs to the numbers before."""
    fill(alone, 3 * STEP, category="film")
    reader = Told()
    alone.readers.add(reader)
    coming = asyncio.ensure_future(
        subscribe(alone, reader, Subscribe(topics=(ALL,), epoch="e", after=0, wanted=MUSIC))
    )
    await asyncio.sleep(0)
    await alone._renew(Position("new", 3, 3))
    await in_time(coming)
    assert reader.listens
    await alone._publish([change(4)])
    await in_time(reader.drained())
    assert [frame.kind for frame in reader.frames] == ["subscribed", "hello", "event.changed"]


async def test_a_topic_that_is_taken_back_while_its_reader_catches_up_is_silent(alone):
    fill(alone, 2 * STEP)
    reader = Told()
    coming = asyncio.ensure_future(subscribe(alone, reader, Subscribe(topics=(ALL,), epoch="e", after=0)))
    await asyncio.sleep(0)
    del reader.subscriptions[ALL]
    await in_time(coming)
    await in_time(reader.drained())
    assert [frame.kind for frame in reader.frames] == ["subscribed"]


async def test_a_duty_goes_on_whatever_happens_to_it():
    from django.db import OperationalError
    from redis.exceptions import ConnectionError as Unreachable

    failures = [
        RuntimeError("a bug"),
        OperationalError("away"),
        Unreachable("away"),
        OSError("away"),
        KeyError("topic"),
    ]
    done = asyncio.Event()

    async def turn():
        if failures:
            raise failures.pop()
        done.set()
        await asyncio.get_running_loop().create_future()

    task = asyncio.create_task(run_forever(turn, task="test", pause=0.0))
    await in_time(done.wait())
    task.cancel()
    assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)


async def test_a_flag_that_cannot_be_asked_holds_up_no_change(hub, monkeypatch):
    """As while Valkey hangs. What was known last holds."""
    begun, goes_on = threading.Event(), threading.Event()

    def hang(flag):
        begun.set()
        assert goes_on.wait(60)
        raise TimeoutError

    monkeypatch.setattr("realtime.feed.flag.is_on", hang)
    asking = asyncio.create_task(hub.apply_flag())
    try:
        assert await in_time(asyncio.to_thread(begun.wait))
        client = await listening("websocket", ALL)
        await commit(ALL)
        assert (await client.frame())["offset"] == 1
        assert not asking.done()
    finally:
        goes_on.set()
    await in_time(asking)
    assert hub.is_on
    await client.close()


def test_the_window_gives_as_many_as_are_asked_for():
    window = Window(0)
    for number in range(1, 8):
        window.append(Message(change(number), "e"))
    assert [[each.offset for each in window.after(after, 3)] for after in (0, 3, 6, 7)] == [
        [1, 2, 3],
        [4, 5, 6],
        [7],
        [],
    ]
