"""A burst in one frame, for clients that request it."""

import json

from asgiref.sync import sync_to_async
from uuid_utils.compat import uuid7

from tests.realtime.clients import Stream, commit, listening

ALL = "events:all"


def burst(count, text=""):
    """Make so many changes visible at once."""
    from django.db import connection, transaction

    from outbox.records import NewChange
    from outbox.services import record

    with transaction.atomic():
        record(
            NewChange(
                type="event.changed", object_type="event", object_id=uuid7(), topics=(ALL,), data={"t": text}
            )
            for _ in range(count)
        )
    connection.close()


async def asking(**more):
    client = await listening("websocket", ALL)
    client.say({"type": "subscribe", "topics": [ALL], **more})
    assert (await client.frame())["type"] == "subscribed"
    return client


async def test_a_burst_arrives_as_one_frame_with_the_same_messages(hub):
    client, plain = await asking(batch=True), await listening("websocket", ALL)
    await sync_to_async(burst)(4)
    singly = [await plain.text() for _ in range(4)]
    together = await client.frame()
    assert together == {"type": "batch", "messages": [json.loads(text) for text in singly]}
    assert [message["offset"] for message in together["messages"]] == [1, 2, 3, 4]
    for each in (client, plain):
        await each.close()


async def test_one_change_alone_is_no_batch_and_all_who_batch_share_its_bytes(hub):
    one, other = await asking(batch=True), await asking(batch=True)
    await commit(ALL)
    assert (await one.frame())["offset"] == (await other.frame())["offset"] == 1
    await sync_to_async(burst)(3)
    first, second = await one.text(), await other.text()
    assert first is second
    for each in (one, other):
        await each.close()


async def test_a_batch_is_bounded(hub):
    client = await asking(batch=True)
    await sync_to_async(burst)(20, "x" * 8000)
    seen = []
    while len(seen) < 20:
        text = await client.text()
        assert len(text) < 70_000
        body = json.loads(text)
        seen += [message["offset"] for message in body.get("messages", [body])]
    assert seen == list(range(1, 21))
    await client.close()


async def test_asking_again_without_it_changes_nothing_and_false_ends_it(hub):
    client = await asking(batch=True)
    client.say({"type": "subscribe", "topics": [ALL]})
    assert (await client.frame())["type"] == "subscribed"
    await sync_to_async(burst)(2)
    assert (await client.frame())["type"] == "batch"
    client.say({"type": "subscribe", "topics": [ALL], "batch": False})
    assert (await client.frame())["type"] == "subscribed"
    await sync_to_async(burst)(2)
    assert [(await client.frame())["offset"] for _ in range(2)] == [3, 4]
    await client.close()


async def test_a_stream_gets_a_burst_in_one_write(hub):
    client = await Stream(f"topics={ALL}&batch=1").accepted()
    chunk = ""
    while "event: subscribed" not in chunk:
        chunk = await client.chunk()
    await sync_to_async(burst)(3)
    while "id: " not in (chunk := await client.chunk()):  # on a slow machine a beat comes between
        pass
    assert [line for line in chunk.split("\n") if line.startswith("id: ")] == [
        f"id: {hub.epoch}-{number}" for number in (1, 2, 3)
    ]
    await client.close()
