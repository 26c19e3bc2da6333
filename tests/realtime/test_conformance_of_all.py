"""What holds over all three ways: WebSocket, event stream and long-polling."""

import pytest

from outbox.models import Epoch
from realtime.feed.window import Window
from tests.realtime.clients import commit, listening

pytestmark = pytest.mark.parametrize("over", ["websocket", "sse", "poll"])
ALL, GOA = "events:all", "events:city:goa"


async def test_a_change_arrives_once_and_as_the_same_bytes_as_elsewhere(over, hub):
    client, other = await listening(over, ALL, GOA), await listening("websocket", GOA)
    await commit(ALL, GOA, data={"title": "Nächte", "a": 1})
    await commit(ALL)
    text = await client.text()
    assert text == await other.text()
    assert (await client.frame())["offset"] == 2
    for each in (client, other):
        await each.close()


async def test_other_topics_are_not_heard(over, hub):
    client = await listening(over, GOA)
    await commit(ALL)
    await commit(GOA)
    assert (await client.frame())["offset"] == 2
    await client.close()


@pytest.mark.parametrize("from_database", [False, True])
async def test_what_was_missed_comes_in_order_and_then_what_is_new(over, hub, from_database):
    for number in range(5):
        await commit(ALL if number != 2 else GOA)
    await hub.refresh()
    if from_database:
        hub.window = Window(hub.offset)
    client = await listening(over, ALL, epoch=hub.epoch, after=1)
    assert client.subscribed["recovered"] is True
    await commit(ALL)
    assert [(await client.frame())["offset"] for _ in range(4)] == [2, 4, 5, 6]
    await client.close()


@pytest.mark.parametrize("case", ["pruned", "other epoch", "not yet given"])
async def test_what_cannot_be_recovered_is_said_and_it_goes_on_from_there(over, hub, case):
    await commit(ALL)
    await commit(ALL)
    if case == "pruned":
        await Epoch.objects.aupdate(pruned_to=2)
    await hub.refresh()
    epoch, after = {"pruned": (hub.epoch, 1), "other epoch": ("other", 1), "not yet given": (hub.epoch, 99)}[
        case
    ]
    client = await listening(over, ALL, epoch=epoch, after=after)
    assert (client.subscribed["recovered"], client.subscribed["offset"]) == (False, 2)
    await commit(ALL)
    assert (await client.frame())["offset"] == 3
    await client.close()


async def test_what_nobody_numbered_after_the_commit_still_arrives(over, hub):
    client = await listening(over, ALL)
    await commit(ALL, hook=False)
    assert (await client.frame())["offset"] == 1
    await client.close()


async def test_a_notice_to_all_is_heard_whatever_the_topic(over, hub):
    client = await listening(over, GOA)
    await commit("system", kind="system.notice")
    assert (await client.frame())["type"] == "system.notice"
    await client.close()
