"""One suite for both push transports.

What holds for readers of the WebSocket also holds for the event stream. What holds for polls too is in
`test_conformance_of_all.py`.
"""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from uuid_utils.compat import uuid7

from outbox.announcing import announce
from outbox.enums import Audience
from outbox.models import Change
from outbox.signals import numbered
from realtime.feed.window import Window
from realtime.receivers import hint
from tests.realtime.clients import Socket, commit, listen, listening

pytestmark = pytest.mark.parametrize("over", ["websocket", "sse"])
ALL = "events:all"
SEES_RUNS = ("sources.view_fetchrun", "places.oversee_city")
CARD = {
    "title": "Moonlit Jazz", "venue": "Blue Room", "lat": 12.97, "lng": 77.64, "city": "bengaluru", "area": "indiranagar",
    "category": "music", "tags": ["jazz"], "language": "en", "online": "no", "status": "scheduled", "start": "2026-11-21T20:00:00+05:30",
    "end": None, "timezone": "Asia/Kolkata", "all_day": False, "time_known": True, "publication": "approved", "version": 1,
    "price": {"type": "free", "min": None, "max": None, "currency": ""},
}  # fmt: skip


async def test_greets_with_epoch_and_offset(over, hub):
    client = await listen(over, ALL)
    if over == "sse":
        assert await (await client.accepted()).frame() == {
            "type": "hello",
            "epoch": hub.epoch,
            "offset": hub.offset,
        }
    assert await client.frame() == {
        "type": "subscribed",
        "topics": [ALL],
        "recovered": True,
        "offset": hub.offset,
    }
    await client.close()


async def test_a_change_arrives_once_in_full_though_two_topics_match(over, hub):
    client = await listening(over, ALL, "events:city:bengaluru")
    thing = await commit(ALL, "events:city:bengaluru", data={"title": "Nächte"})
    await commit(ALL)
    first, second = await client.frame(), await client.frame()
    at = first.pop("at")
    assert first == {
        "type": "event.changed", "offset": 1, "topics": [ALL, "events:city:bengaluru"], "topic": f"events:event:{thing}",
        "data": {"title": "Nächte"},
    }  # fmt: skip
    assert at.startswith("20")
    assert at.endswith("+00:00")
    assert second["offset"] == 2
    await client.close()


async def test_all_readers_get_the_same_bytes(over, hub):
    one, other = await listening(over, ALL), await listening("websocket", "events:city:goa")
    await commit(ALL, "events:city:goa", data={"b": 1, "a": "é"})
    assert await one.text() == await other.text()
    await one.close()
    await other.close()


async def test_other_topics_are_not_heard(over, hub):
    client = await listening(over, "events:city:goa")
    await commit(ALL, "events:city:bengaluru")
    await commit("events:city:goa")
    assert (await client.frame())["offset"] == 2
    await client.close()


@pytest.mark.parametrize("from_database", [False, True])
async def test_resume_brings_the_present_state_of_each_object_in_order_and_once(over, hub, from_database):
    twice, once, gone = uuid7(), uuid7(), uuid7()
    for thing, kind in [(gone, "event.published"), (twice, "event.published"), (once, "event.changed"), (twice, "event.changed"),
                        (gone, "event.removed")]:  # fmt: skip
        await commit(ALL, thing=thing, kind=kind)
    await commit("events:city:goa")
    await hub.refresh()
    if from_database:
        hub.window = Window(hub.offset)
    client = await listening(over, ALL, epoch=hub.epoch, after=1)
    assert client.subscribed == {"type": "subscribed", "topics": [ALL], "recovered": True, "offset": 1}
    await commit(ALL)
    frames = [await client.frame() for _ in range(4)]
    assert [(frame["offset"], frame["type"]) for frame in frames] == [
        (3, "event.changed"), (4, "event.changed"), (5, "event.removed"), (7, "event.changed"),
    ]  # fmt: skip
    await client.close()


async def test_a_long_gap_is_replayed_while_new_changes_come(over, hub):
    """More than the queue holds, half of it older than the window, with commits in between: all of it, in
    order, each once."""
    for _ in range(150):
        await commit(ALL, data={"text": "x" * 4000})
    await hub.refresh()
    hub.window = Window(100)
    for message in [await _message(number) for number in range(101, 151)]:
        hub.window.append(message)
    client = await listening(over, ALL, epoch=hub.epoch, after=0)
    for _ in range(5):
        await commit(ALL)
    assert [(await client.frame())["offset"] for _ in range(155)] == list(range(1, 156))
    await client.close()


async def _message(number):
    from outbox.models import Change
    from realtime.feed.protocol import Message

    return Message(await Change.objects.aget(number=number), "e")


async def test_an_offset_that_the_page_saw_before_the_hub_did_is_no_gap(over, hub):
    follow, *_ = hub._tasks
    follow.cancel()  # the hub hears nothing more by itself
    await asyncio.wait([follow])
    await commit(ALL)
    assert hub.offset == 0
    client = await listening(over, ALL, epoch=hub.epoch, after=1)
    assert client.subscribed["recovered"] is True
    await client.close()


async def test_filters_hold_back_what_does_not_match_and_never_a_removal(over, hub):
    client = await listening(
        over, ALL, filters={"price": "free", "tag": "jazz", "lat": 12.97, "lng": 77.64, "radius_km": 2}
    )
    await commit(ALL, data={**CARD, "price": {**CARD["price"], "type": "paid", "min": 10}})
    await commit(ALL, data={**CARD, "lat": 13.2})
    await commit(ALL, data={**CARD, "tags": ["poetry"]})
    await commit(ALL, data=CARD)
    await commit(ALL, data={**CARD, "price": {**CARD["price"], "type": "paid"}}, kind="event.removed")
    assert [(await client.frame())["offset"] for _ in range(2)] == [4, 5]
    await client.close()


async def test_without_hints_the_poll_brings_changes(over, hub):
    client = await listening(over, ALL)
    numbered.disconnect(dispatch_uid="realtime.hint")
    try:
        await commit(ALL)
        assert (await client.frame())["offset"] == 1
    finally:
        numbered.connect(hint, dispatch_uid="realtime.hint")
    await client.close()


async def test_run_topics_are_for_those_who_may_see_runs(over, hub, visit):
    topic = f"run:{uuid7()}"
    assert await (await listen(over, topic)).refusal() == "forbidden"
    visitor = await visit("visitor@example.com")
    assert await (await listen(over, topic, cookie=visitor.cookie)).refusal() == "forbidden"
    porter = await visit("porter@example.com", is_staff=True)
    assert await (await listen(over, topic, cookie=porter.cookie)).refusal() == "forbidden"
    staff = await listening(
        over, topic, ALL, cookie=(await visit("staff@example.com", is_staff=True, rights=SEES_RUNS)).cookie
    )
    everyone = await listening(over, ALL)
    await commit(topic, ALL, audience=Audience.STAFF)
    await commit(ALL)
    assert (await staff.frame())["offset"] == 1
    assert (await everyone.frame())["offset"] == 2
    await staff.close()
    await everyone.close()


async def test_the_queue_of_reviews_is_for_those_who_may_see_it(over, hub, visit):
    topic = "desk:queue"
    assert await (await listen(over, topic)).refusal() == "forbidden"
    porter = await visit("porter@example.com", is_staff=True)
    assert await (await listen(over, topic, cookie=porter.cookie)).refusal() == "forbidden"
    await sync_to_async(porter.may)("moderation.view_review", "places.oversee_city")
    moderator = await listening(over, topic, cookie=porter.cookie)
    await sync_to_async(announce)(topic, "desk.queue", {"open": 3})
    assert (await moderator.frame())["data"] == {"open": 3}
    await moderator.close()


@pytest.mark.parametrize("from_database", [False, True])
async def test_own_changes_reach_their_user_alone(over, hub, visit, from_database):
    assert await (await listen(over, "user:me")).refusal() == "forbidden"
    me = await visit()
    await commit("user:me", audience=Audience.USER, user_id=uuid7())
    await commit("user:me", audience=Audience.USER, user_id=me.user.pk)
    await hub.refresh()
    if from_database:
        hub.window = Window(hub.offset)
    client = await listening(over, "user:me", cookie=me.cookie, epoch=hub.epoch, after=0)
    frame = await client.frame()
    assert (frame["offset"], frame["topics"]) == (2, ["user:me"])
    await client.close()


async def test_a_reader_that_does_not_read_is_sent_away_and_resumes(over, hub):
    client = await listening(over, ALL)
    client.wire.gate.clear()
    for _ in range(90):
        await commit(ALL, data={"text": "x" * 4000})
    await hub.refresh()
    await client.cut_off()
    await client.wire.ended()
    assert not hub.readers
    assert not hub.listeners
    again = await listening(over, ALL, epoch=hub.epoch, after=0)
    assert [(await again.frame())["offset"] for _ in range(90)] == list(range(1, 91))
    await again.close()


async def test_a_renewed_epoch_greets_every_reader_anew(over, hub):
    from asgiref.sync import sync_to_async

    from outbox.services import renew_epoch

    await commit(ALL)
    await hub.refresh()
    client = await listening(over, ALL)
    fresh = await sync_to_async(renew_epoch)()
    assert await client.frame() == {"type": "hello", "epoch": fresh.epoch, "offset": 1}
    await commit(ALL)
    assert (await client.frame())["offset"] == 2
    await client.close()


async def test_a_feed_that_is_turned_off_answers_nobody(over, hub):
    hub.flag.is_on = False
    if over == "sse":
        client = await listen(over, ALL)
        assert (await client.wire.next())["status"] == 404
    else:
        assert await Socket().wire.next() == {"type": "websocket.close", "code": 4404}


async def test_turning_the_feed_off_sends_its_readers_away(over, hub, monkeypatch):
    client = await listening(over, ALL)
    monkeypatch.setenv("FLAG_LIVE_FEED", "off")
    await hub.apply_flag()
    await client.wire.ended()
    assert not hub.readers


async def test_a_database_that_is_away_says_try_later(over, transactional_db, monkeypatch):
    from django.db import OperationalError

    from realtime.feed import hub as hubs

    def away():
        raise OperationalError("gone")

    monkeypatch.setattr(hubs, "_begin", away)
    if over == "sse":
        client = await listen(over, ALL)
        start = await client.wire.next()
        assert (start["status"], dict(start["headers"])[b"retry-after"]) == (503, b"5")
    else:
        assert await Socket().wire.next() == {"type": "websocket.close", "code": 1013}
    await hubs.close_hub()


async def test_transient_news_reaches_staff_at_once_and_has_no_place_in_the_outbox(over, hub, visit):
    topic = f"run:{uuid7()}"
    staff = await listening(
        over, topic, cookie=(await visit("staff@example.com", is_staff=True, rights=SEES_RUNS)).cookie
    )
    frame = asyncio.ensure_future(staff.frame())
    while (
        not frame.done()
    ):  # the hub may not have joined the channel layer's group yet, and what nobody hears is gone
        await sync_to_async(announce)(topic, "run.progress", {"phase": "fetching", "pages": 3})
        await asyncio.wait([frame], timeout=0.05)
    found = frame.result()
    assert (found["type"], found["topic"], found["topics"], found["offset"]) == (
        "run.progress",
        topic,
        [topic],
        hub.offset,
    )
    assert found["data"] == {"phase": "fetching", "pages": 3}
    assert not await sync_to_async(Change.objects.exists)()
    await staff.close()
