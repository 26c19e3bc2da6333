"""Properties of the event stream only."""

import json

from django.conf import settings
from uuid_utils.compat import uuid7

from tests.realtime.clients import Connection, Stream, commit, listening, scope_of

ALL = "events:all"


async def test_ids_are_epoch_and_offset_and_the_greeting_has_none(hub):
    client = await listening("sse", ALL)
    await commit(ALL)
    await client.frame()
    assert client.marks == ["", f"{hub.epoch}-0", f"{hub.epoch}-1"]
    await client.close()


async def test_last_event_id_outranks_the_query(hub):
    for _ in range(3):
        await commit(ALL)
    await hub.refresh()
    mark = f"{hub.epoch}-2".encode()
    client = await Stream(f"topics={ALL}&after={hub.epoch}-1", headers=((b"last-event-id", mark),)).accepted()
    assert [(await client.frame()).get("offset") for _ in range(3)] == [3, 2, 3]
    await client.close()


async def test_a_comment_keeps_the_stream_open(hub):
    client = await listening("sse", ALL)
    assert await client.chunk() == ":\n\n"
    await client.close()


REFUSED = [
    ("", 400),
    ("topics=nothing", 400),
    (f"topics={ALL}&after=12", 400),
    (f"topics={ALL}&after=e-99999999999999999999", 400),
    (f"topics={ALL}&radius_km=2", 400),
    (f"topics={ALL}&colour=red", 400),
    ("&".join(f"a{n}=1" for n in range(60)), 400),
    (f"topics=run:{uuid7()}", 403),
]


async def test_what_cannot_be_read_is_a_problem(hub):
    for query, status in REFUSED:
        wire = Stream(query).wire
        start, body = await wire.next(), await wire.next()
        assert start["status"] == status, query
        headers = dict(start["headers"])
        assert headers[b"content-type"] == b"application/problem+json"
        assert json.loads(body["body"])["request_id"].encode() == headers[b"x-request-id"]
    assert not hub.readers


async def test_only_get(hub):
    start = await Stream(f"topics={ALL}", method="POST").wire.next()
    assert (start["status"], dict(start["headers"])[b"allow"]) == (405, b"GET")


async def test_other_hosts_are_refused(hub):
    scope = scope_of("http", "/api/v1/live", query=f"topics={ALL}")
    assert (await Connection({**scope, "headers": [(b"host", b"evil.example")]}).next())["status"] == 400


async def test_a_database_that_fails_while_catching_up_ends_the_stream(hub, monkeypatch):
    from django.db import OperationalError

    from realtime.feed.window import Window

    await commit(ALL)
    await hub.refresh()
    hub.window = Window(1)

    def away(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("realtime.feed.backlog.latest_changes", away)
    client = await Stream(f"topics={ALL}&after={hub.epoch}-0").accepted()
    assert [(await client.frame())["type"] for _ in range(2)] == ["hello", "subscribed"]
    await client.wire.ended()
    assert not hub.readers


async def test_a_session_cookie_with_nul_is_nobody(hub):
    stream = Stream("topics=user:me", cookie=f'{settings.SESSION_COOKIE_NAME}="\\000abcdefgh"')
    assert await stream.refusal() == "forbidden"
