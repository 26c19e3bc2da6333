"""Changes pruned between a reader's request and its answer: reported as not recovered, never a silent gap.

In every transport, and in one process, so that the moment is exact.
"""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.utils import timezone

from outbox.services import prune
from realtime.feed.window import Window
from tests.realtime.clients import Connection, commit, listening, scope_of

ALL = "events:all"


@pytest.fixture
async def stale(hub):
    """A hub with an empty window that was not notified of the pruning of all three changes."""
    for _ in range(3):
        await commit(ALL)
    await hub.refresh()
    hub._tasks[0].cancel()
    await asyncio.wait([hub._tasks[0]])
    hub.window = Window(hub.offset)
    return hub


@sync_to_async
def prune_all():
    try:
        return prune(older_than=timezone.now())
    finally:
        connection.close()


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_a_reader_is_sent_away_and_then_told(over, stale):
    assert await prune_all() == 3
    client = await listening(over, ALL, epoch=stale.epoch, after=1)
    if over == "websocket":
        await client.cut_off()
    else:
        await client.wire.ended()
    again = await listening(over, ALL, epoch=stale.epoch, after=1)
    assert (again.subscribed["recovered"], again.subscribed["offset"]) == (False, 3)
    await again.close()


async def test_a_waiting_poll_is_told(stale):
    assert await prune_all() == 3
    waiting = Connection(scope_of("http", "/api/v1/changes", query="after=1&wait=5"))
    await waiting.next()
    page = json.loads((await waiting.next())["body"])
    assert (page["recovered"], page["results"], page["offset"]) == (False, [], 3)


def test_a_poll_is_told(transactional_db, client, monkeypatch):
    from realtime.api import changes as views
    from tests.realtime.clients import write

    for _ in range(3):
        write(ALL)
    read = views.changes_after

    def late(*args, **kwargs):
        prune(older_than=timezone.now())
        return read(*args, **kwargs)

    monkeypatch.setattr(views, "changes_after", late)
    page = client.get("/api/v1/changes?after=1").json()
    assert (page["recovered"], page["results"]) == (False, [])


async def test_who_comes_while_the_database_is_away_shares_one_attempt(transactional_db, monkeypatch):
    """Ten wait for the same attempt, and are told the same."""
    from django.db import OperationalError

    from realtime.feed import hub as hubs

    tries, gate = [], asyncio.Event()

    async def away(*args):
        tries.append(args)
        await gate.wait()
        raise OperationalError("gone")

    made = hubs.Hub()
    monkeypatch.setattr(made.database, "run", away)
    crowd = [asyncio.create_task(made.start()) for _ in range(10)]
    await asyncio.sleep(0)
    gate.set()
    assert {type(answer) for answer in await asyncio.gather(*crowd, return_exceptions=True)} == {
        OperationalError
    }
    assert len(tries) == 1
    await made.database.close()
