"""Limits of connections and messages for one address and one user, and who is refused."""

import socket

import pytest

from accounts.addresses import network_of_scope
from realtime.connections.limiter import WINDOW, ConnectionLimiter
from realtime.connections.manager import IDLE_SECONDS, current_manager
from realtime.exceptions import Code, Refused
from realtime.feed import protocol
from realtime.transport.sockets import bound_silence
from tests.realtime.clients import Connection, Socket, Stream, in_time, listening, scope_of

ALL = "events:all"


def refusal(work, *words):
    with pytest.raises(Refused) as caught:
        work(*words)
    return caught.value.code


def test_connections_of_an_address_are_counted_until_they_leave(settings):
    settings.LIVE_CONNECTIONS_PER_ADDRESS = 2
    limiter = ConnectionLimiter()
    for _ in range(2):
        limiter.add_connection("192.0.2.1")
    assert refusal(limiter.add_connection, "192.0.2.1") is Code.CROWD
    limiter.add_connection("192.0.2.2")
    limiter.remove_connection("192.0.2.1")
    limiter.add_connection("192.0.2.1")


def test_messages_of_an_address_and_a_person_are_counted_over_all_connections_for_a_while(settings):
    settings.LIVE_MESSAGES_PER_ADDRESS = 3
    now = [0.0]
    limiter = ConnectionLimiter(clock=lambda: now[0])
    for number in range(3):
        limiter.count_message(f"192.0.2.{number}", "vera")
    assert refusal(limiter.count_message, "192.0.2.9", "vera") is Code.RATE
    now[0] = WINDOW
    limiter.count_message("192.0.2.9", "vera")


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("203.0.113.5", [b"192.0.2.1"], "203.0.113.5"),
        ("10.0.0.1", [b"made up, 192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", [b"198.51.100.1", b"192.0.2.1"], "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", [], "192.0.2.1"),
    ],
)
def test_connections_count_where_trusted_proxies_say(settings, peer, forwarded, counted):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert (
        network_of_scope({"client": (peer, 1), "headers": [(b"x-forwarded-for", each) for each in forwarded]})
        == counted
    )
    assert network_of_scope({"client": None, "headers": []}) == ""


async def test_one_connection_too_many_of_an_address_is_told_and_closed(hub, settings):
    settings.LIVE_CONNECTIONS_PER_ADDRESS = 1
    first = await listening("websocket", ALL)
    second = await Socket().accepted()
    assert await second.refusal() == "crowd"
    assert (await second.wire.next())["code"] == 4029
    await second.wire.ended()
    stream = Stream(f"topics={ALL}")
    start = await stream.wire.next()
    assert (start["status"], dict(start["headers"])[b"retry-after"]) == (429, b"30")
    assert (await Connection(scope_of("http", "/api/v1/changes", query="wait=5")).next())["status"] == 429
    await first.close()
    await (await listening("sse", ALL)).close()


async def test_connections_of_a_person_are_counted_when_the_person_is_known(hub, settings, visit):
    settings.LIVE_CONNECTIONS_PER_USER = 1
    me = await visit()
    first = await listening("websocket", "user:me", cookie=me.cookie)
    second = await listening("websocket", ALL, cookie=me.cookie)
    second.say({"type": "subscribe", "topics": ["user:me"]})
    assert await second.refusal() == "crowd"
    await first.close()
    second.say({"type": "subscribe", "topics": ["user:me"]})
    assert (await second.frame())["type"] == "subscribed"
    await second.close()
    manager = await current_manager()
    assert (manager.connections.total(), +manager.limiter._connections) == (0, {})


async def test_messages_over_all_connections_of_an_address_close_the_one_that_goes_on(hub, settings):
    settings.LIVE_MESSAGES_PER_ADDRESS = 2
    first, second = await listening("websocket", ALL), await listening("websocket", ALL)
    second.say({"type": "ping"})
    assert await second.refusal() == "rate"
    assert (await second.wire.next())["code"] == 4029
    await second.wire.ended()
    await first.close()


async def test_who_asks_for_nothing_is_sent_away(hub):
    idle = await Socket().accepted()
    reader = await listening("websocket", ALL)
    left = await listening("websocket", ALL)
    left.say({"type": "unsubscribe", "topics": [ALL]})
    left.say({"type": "ping"})
    assert [(await idle.frame())["type"], (await left.frame())["type"]] == ["hello", "pong"]
    manager = await current_manager()
    manager.close_idle(now=min(manager._idle.values()) + IDLE_SECONDS - 1)
    assert len(hub.readers) == 3
    manager.close_idle(now=max(manager._idle.values()) + IDLE_SECONDS + 1)
    for client in (idle, left):
        assert (await client.wire.next())["code"] == protocol.CLOSE_IDLE
        await client.wire.ended()
    reader.say({"type": "ping"})
    assert await reader.frame() == {"type": "pong"}
    await reader.close()
    assert hub.counts["dropped|idle"] == 2


async def test_unknown_messages_are_counted(hub):
    client = await listening("websocket", ALL)
    for _ in range(2):
        client.say({"type": "shout"})
        assert await client.refusal() == "type"
    assert hub.counts["refused|type"] == 2
    await client.close()


async def test_every_refusal_is_counted_over_every_way(hub, settings):
    settings.LIVE_CONNECTIONS_PER_ADDRESS = 1
    first = await listening("websocket", ALL)
    crowd = await Socket().accepted()
    assert await crowd.refusal() == "crowd"
    await crowd.wire.next()
    await crowd.wire.ended()
    assert (await Stream(f"topics={ALL}").wire.next())["status"] == 429
    assert hub.counts["refused|crowd"] == 2
    assert (await Stream("topics=nowhere").wire.next())["status"] == 400
    assert hub.counts["refused|topics"] == 1
    assert (await Connection(scope_of("http", "/api/v1/changes", query="wait=5&after=x")).next())[
        "status"
    ] == 400
    assert hub.counts["refused|resume"] == 1
    await first.close()


async def test_resuming_with_a_filter_weighs_more(hub, monkeypatch):
    """It may have to be judged on each change of the window."""
    monkeypatch.setattr(protocol, "MESSAGES_SECONDS", 3600.0)
    client = await Socket().accepted()
    await client.frame()
    ask = {"type": "subscribe", "topics": [ALL], "epoch": hub.epoch, "after": 0, "filters": {"q": "jazz"}}
    for _ in range(protocol.MOST_MESSAGES // protocol.WEIGHT_OF_JUDGING):
        client.say(ask)
        assert (await client.frame())["type"] == "subscribed"
    client.say(ask)
    assert await client.refusal() == "rate"
    assert (await client.wire.next())["code"] == protocol.CLOSE_RATE
    await client.wire.ended()


@pytest.mark.parametrize("query", [f"topics={ALL}&q=jazz&after=EPOCH-0", f"topics={ALL}&q=jazz", "poll"])
async def test_streams_and_polls_count_as_messages_of_their_address(hub, settings, monkeypatch, query):
    weight = protocol.WEIGHT_OF_JUDGING if "EPOCH" in query else 1
    settings.LIVE_MESSAGES_PER_ADDRESS = 2 * weight
    manager = await current_manager()
    monkeypatch.setattr(manager.limiter, "_clock", lambda: manager.limiter._counted_since)
    query, statuses = query.replace("EPOCH", hub.epoch), []
    for _ in range(3):
        path, asked = ("/api/v1/changes", "wait=5&after=99") if query == "poll" else ("/api/v1/live", query)
        connection = Connection(scope_of("http", path, query=asked))
        statuses.append((await connection.next())["status"])
        connection.incoming.put_nowait({"type": "http.disconnect"})
        await connection.ended()
    assert statuses == [200, 200, 429]
    assert hub.counts["refused|rate"] == 1


async def test_pages_of_other_sites_may_not_read_the_stream(hub):
    foreign = Stream(f"topics={ALL}", headers=((b"origin", b"https://evil.example"),))
    assert (await foreign.wire.next())["status"] == 403
    own = Stream(f"topics={ALL}", headers=((b"origin", b"http://localhost:8000"),))
    headers = dict((await own.wire.next())["headers"])
    assert headers[b"access-control-allow-origin"] == b"http://localhost:8000"
    assert headers[b"cache-control"] == b"no-store, no-transform"
    await own.close()


def test_the_kernel_is_told_how_long_silence_may_last():
    from functools import partial
    from types import SimpleNamespace

    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        twisted = SimpleNamespace(
            channel=SimpleNamespace(transport=SimpleNamespace(getHandle=lambda: client, socket=client))
        )
        assert bound_silence(partial(print, twisted), 40)
        assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 40_000
    assert not bound_silence(print, 40)


async def test_a_batch_that_is_none_is_refused(hub):
    client = await listening("websocket", ALL)
    client.say({"type": "subscribe", "topics": [ALL], "batch": "yes"})
    assert await client.refusal() == "batch"
    await client.close()
    assert (await in_time(Stream(f"topics={ALL}&batch=yes").wire.next()))["status"] == 400
