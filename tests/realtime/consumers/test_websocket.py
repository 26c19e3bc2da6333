"""Properties of the WebSocket only: a client's messages and their limits."""

import json

import pytest
from uuid_utils.compat import uuid7

from tests.realtime.clients import Socket, commit, listening

ALL = "events:all"


async def opened(**more):
    client = await Socket(**more).accepted()
    assert (await client.frame())["type"] == "hello"
    return client


async def test_ping_is_answered_with_pong(hub):
    client = await opened()
    client.say({"type": "ping"})
    assert await client.frame() == {"type": "pong"}
    await client.close()


REFUSED = [
    ("not json", "json"),
    ("[" * 9000, "json"),
    ('"ping"', "json"),
    ("", "json"),
    (r'{"type": "subscribe", "topics": ["\ud800"]}', "json"),
    (r'{"type": "subscribe", "topics": ["events:all"], "filters": {"\udfff": 1}}', "json"),
    ({"type": "shout"}, "type"),
    ({}, "type"),
    ({"type": "auth", "token": "abc"}, "auth"),
    ({"type": "subscribe"}, "topics"),
    ({"type": "subscribe", "topics": []}, "topics"),
    ({"type": "subscribe", "topics": "events:all"}, "topics"),
    ({"type": "subscribe", "topics": [1]}, "topics"),
    ({"type": "subscribe", "topics": ["events:city:No Such"]}, "topics"),
    ({"type": "subscribe", "topics": ["events:event:7"]}, "topics"),
    ({"type": "subscribe", "topics": [f"events:city:c{n}" for n in range(51)]}, "limit"),
    ({"type": "subscribe", "topics": [ALL], "after": -1}, "resume"),
    ({"type": "subscribe", "topics": [ALL], "after": True}, "resume"),
    ({"type": "subscribe", "topics": [ALL], "after": 2**70}, "resume"),
    ({"type": "subscribe", "topics": [ALL], "epoch": 7}, "resume"),
    ({"type": "subscribe", "topics": [ALL], "filters": []}, "filters"),
    ({"type": "subscribe", "topics": [ALL], "filters": {"venue": "x"}}, "filters"),
    ({"type": "subscribe", "topics": [ALL], "filters": {"price_max": "much"}}, "filters"),
    ({"type": "unsubscribe", "topics": None}, "topics"),
]


async def test_what_cannot_be_done_is_answered_and_the_connection_goes_on(hub):
    client = await opened()
    for message, code in REFUSED:
        client.say(message)
        answer = await client.frame()
        assert (answer["type"], answer["code"]) == ("error", code), message
        assert answer["detail"]
    client.say({"type": "ping"})
    assert await client.frame() == {"type": "pong"}
    await client.close()


async def test_topics_over_several_messages_count_together(hub):
    client = await listening("websocket", *[f"events:city:c{n}" for n in range(50)])
    client.say({"type": "subscribe", "topics": [ALL]})
    assert await client.refusal() == "limit"
    await client.close()


async def test_a_frame_of_more_than_16_kb_closes(hub):
    client = await opened()
    client.say("é" * 8193)
    assert await client.refusal() == "size"
    assert (await client.wire.next())["code"] == 1009
    await client.wire.ended()


async def test_more_than_60_messages_in_10_s_close(hub):
    client = await opened()
    for _ in range(61):
        client.say({"type": "ping"})
    for _ in range(60):
        assert await client.frame() == {"type": "pong"}
    assert await client.refusal() == "rate"
    assert (await client.wire.next())["code"] == 4029


async def test_after_unsubscribe_a_topic_is_silent(hub):
    client = await listening("websocket", ALL, "events:city:goa")
    client.say({"type": "unsubscribe", "topics": [ALL]})
    client.say({"type": "ping"})
    assert await client.frame() == {"type": "pong"}
    await commit(ALL)
    await commit("events:city:goa")
    assert (await client.frame())["offset"] == 2
    await client.close()


async def test_a_second_topic_does_not_bring_again_what_the_first_has_brought(hub):
    client = await listening("websocket", ALL)
    await commit(ALL, "events:city:goa")
    await commit("events:city:goa")
    assert (await client.frame())["offset"] == 1
    await hub.refresh()
    client.say({"type": "subscribe", "topics": ["events:city:goa"], "epoch": hub.epoch, "after": 0})
    assert (await client.frame())["type"] == "subscribed"
    assert (await client.frame())["offset"] == 2
    await client.close()


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        (b"http://localhost:8000", True),
        (b"http://127.0.0.1:8000", True),
        (b"https://evil.example", False),
        (b"null", False),
    ],
)
async def test_pages_of_other_sites_are_refused(hub, origin, allowed):
    client = Socket(headers=((b"origin", origin),) if origin else ())
    assert (await client.wire.next())["type"] == ("websocket.accept" if allowed else "websocket.close")
    await client.close()


async def test_there_is_one_address(hub):
    assert (await Socket(path="/ws/other").wire.next())["type"] == "websocket.close"


async def test_a_gone_client_costs_nothing_more(hub):
    """uvicorn raises when it is asked to send to a client that has gone."""
    client = await listening("websocket", ALL)
    reader = next(iter(hub.readers))

    async def gone(frame):
        raise RuntimeError("closed")

    reader._send = gone
    await commit(ALL)
    await hub.refresh()
    await reader.drained()
    assert reader.ended
    await client.close()
    assert not hub.readers


async def test_public_topics_ask_nothing_of_the_database(hub, monkeypatch):
    async def asked(*args, **kwargs):
        raise AssertionError("a query for a public topic")

    monkeypatch.setattr("realtime.connections.identity.get_user", asked)
    monkeypatch.setattr(hub.database, "run", asked)
    client = await listening("websocket", ALL, epoch=hub.epoch, after=hub.offset, cookie="sessionid=x")
    client.say({"type": "subscribe", "topics": [f"run:{uuid7()}"]})
    monkeypatch.undo()
    assert json.loads(await client.text())["code"] == "forbidden"
    await client.close()
