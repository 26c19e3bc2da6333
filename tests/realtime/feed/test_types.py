"""`type`: a reader names the types of messages that it wants, over both push transports."""

import pytest

from realtime.exceptions import Refused
from realtime.feed.filters import read_types
from realtime.feed.protocol import NOTICE, SYSTEM_TOPIC, read_command
from tests.realtime.clients import Stream, commit, listening

ALL = "events:all"


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_only_wanted_types_arrive_and_others_do_not(over, hub):
    client = await listening(over, ALL, filters={"type": "event.cancelled,event.removed"})
    everything = await listening(over, ALL)
    await commit(ALL, kind="event.published")
    await commit(ALL, kind="event.removed")
    await commit(ALL, kind="event.changed")
    await commit(ALL, kind="event.cancelled")
    assert [(await client.frame())["offset"] for _ in range(2)] == [2, 4]
    assert [(await everything.frame())["offset"] for _ in range(4)] == [1, 2, 3, 4]
    await client.close()
    await everything.close()


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_who_comes_back_gets_the_newest_of_what_had_a_wanted_type_meanwhile(over, hub):
    both = await commit(ALL, kind="event.cancelled")
    await commit(ALL, kind="event.published")
    await commit(ALL, kind="event.changed", thing=both)
    await hub.refresh()
    client = await listening(over, ALL, epoch=hub.epoch, after=0, filters={"type": "event.cancelled"})
    await commit(ALL, kind="event.cancelled")
    assert [((frame := await client.frame())["type"], frame["offset"]) for _ in range(2)] == [
        ("event.changed", 3),
        ("event.cancelled", 4),
    ]
    await client.close()


async def test_transient_frames_are_filtered_and_notices_are_not(hub):
    client = await listening("sse", ALL, filters={"type": "event.cancelled"})
    await hub.send_transient(ALL, "presence", {"watching": 3})
    await commit(SYSTEM_TOPIC, kind=NOTICE)
    assert (await client.frame())["type"] == "system.notice"
    await client.close()


async def test_a_type_that_cannot_be_read_is_refused(hub):
    start = await Stream(f"topics={ALL}&type=<b>").wire.next()
    assert start["status"] == 400
    for said in (
        ["event.published", 7, None],
        "a b",
        {"a": 1},
        ",".join(f"event.k{chr(97 + n)}" for n in range(21)),
    ):
        with pytest.raises(Refused):
            read_types({"type": said})


def test_types_stand_beside_the_other_filters():
    asked = read_command(
        '{"type":"subscribe","topics":["events:all"],"filters":{"type":["event.published"],"category":"music"}}'
    )
    assert asked.types == {"event.published"}
    assert asked.wanted is not None
    alone = read_command('{"type":"subscribe","topics":["events:all"],"filters":{"type":"event.published"}}')
    assert alone.wanted is None
    assert not alone.is_judged
