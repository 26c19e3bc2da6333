"""`GET /api/v1/changes`, at once and waiting."""

import asyncio
import json

import pytest

from outbox.models import Epoch
from realtime.connections.manager import current_manager
from realtime.consumers import polling
from realtime.feed.pages import read_page_asked
from realtime.feed.window import Window
from tests.realtime.clients import Connection, _closing, commit, in_time, scope_of, write

ALL = "events:all"
GOA = "events:city:goa"


async def poll(query):
    return Connection(scope_of("http", "/api/v1/changes", query=query))


async def answer(connection):
    start, body = await connection.next(), await connection.next()
    return start["status"], json.loads(body["body"])


@pytest.fixture
def three(transactional_db):
    for topics in [(ALL,), (ALL, GOA), (ALL,)]:
        write(*topics)
    return Epoch.objects.get().epoch


def test_changes_come_in_order_page_by_page(client, three):
    first = client.get("/api/v1/changes?after=0&limit=2").json()
    assert [change["offset"] for change in first["results"]] == [1, 2]
    assert (first["epoch"], first["offset"], first["has_more"], first["recovered"]) == (three, 2, True, True)
    last = client.get(f"/api/v1/changes?after={first['offset']}&limit=2").json()
    assert ([change["offset"] for change in last["results"]], last["offset"], last["has_more"]) == (
        [3],
        3,
        False,
    )


def test_topics_choose_and_the_offset_still_reaches_the_end(client, three):
    page = client.get(f"/api/v1/changes?after={three}-0&topics={GOA}").json()
    assert ([change["offset"] for change in page["results"]], page["offset"]) == ([2], 3)


@pytest.mark.parametrize("query", ["after=1&epoch=other", "after=other-1", "after=99"])
def test_what_cannot_be_resumed_is_said(client, three, query):
    page = client.get(f"/api/v1/changes?{query}").json()
    assert (page["recovered"], page["results"], page["offset"]) == (False, [], 3)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("after=x", 400),
        ("limit=-1", 400),
        ("topics=x", 400),
        ("after=a-b-1", 400),
        ("topics=user:me", 403),
        ("colour=red", 400),
    ],
)
def test_what_cannot_be_read_is_a_problem(client, three, query, status):
    response = client.get(f"/api/v1/changes?{query}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"


def test_a_feed_that_is_turned_off_is_not_there(client, three, monkeypatch):
    monkeypatch.setenv("FLAG_LIVE_FEED", "off")
    assert client.get("/api/v1/changes").status_code == 404


async def test_a_waiting_poll_answers_when_its_topic_changes(hub):
    waiting = await poll(f"after={hub.epoch}-0&topics={GOA}&wait=25")
    await commit(ALL)
    await commit(GOA)
    status, page = await answer(waiting)
    assert (status, [change["offset"] for change in page["results"]], page["offset"]) == (200, [2], 2)


@pytest.mark.parametrize("from_database", [False, True])
async def test_a_waiting_poll_that_has_something_answers_at_once(hub, from_database):
    for _ in range(3):
        await commit(ALL)
    await hub.refresh()
    if from_database:
        hub.window = Window(3)
    status, page = await answer(await poll("after=1&limit=1&wait=25"))
    assert (status, [change["offset"] for change in page["results"]], page["has_more"]) == (200, [2], True)


async def test_a_waiting_poll_ends_empty_after_its_time(hub, monkeypatch):
    monkeypatch.setattr("realtime.feed.pages.LONGEST_WAIT", 0)
    status, page = await answer(await poll("after=0&wait=25"))
    assert (status, page["results"], page["recovered"]) == (200, [], True)


async def test_a_waiting_poll_of_another_epoch_does_not_wait(hub):
    status, page = await answer(await poll("after=other-0&wait=25"))
    assert (status, page["recovered"]) == (200, False)


async def test_a_waiting_poll_reads_what_its_client_saw_before_the_hub_did(hub):
    hub._tasks[0].cancel()
    await asyncio.wait([hub._tasks[0]])
    await commit(ALL)
    waiting = await poll("after=1&wait=1")
    waiting.incoming.put_nowait({"type": "http.disconnect"})
    assert (await answer(waiting))[1]["recovered"] is True


async def test_a_client_that_goes_ends_its_poll(hub):
    waiting = await poll("after=0&wait=25")
    waiting.incoming.put_nowait({"type": "http.request"})
    waiting.incoming.put_nowait({"type": "http.disconnect"})
    await in_time(waiting.task)


async def test_a_poll_that_waits_asks_the_database_once_and_looks_at_no_change_twice(hub, monkeypatch):
    """It is older than the window, and other topics wake it."""
    readings, looks = [], []
    for _ in range(3):
        await commit(ALL)
    await hub.refresh()
    hub.window = Window(3)
    monkeypatch.setattr(
        polling,
        "_from_database",
        lambda *asked, read=polling._from_database: readings.append(asked) or read(*asked),
    )
    after = hub.window.after
    monkeypatch.setattr(hub.window, "after", lambda offset: looks.append(offset) or after(offset))
    waiting = await poll(f"after=1&topics={GOA}&wait=25")
    await in_time(_until(lambda: readings))
    for number in (4, 5, 6):
        await commit(ALL)
        await in_time(_until(lambda number=number: hub.offset == number))
    await commit(GOA)
    page = (await answer(waiting))[1]
    assert ([change["offset"] for change in page["results"]], page["offset"], len(readings)) == ([7], 7, 1)
    assert min(looks) >= 3
    assert looks == sorted(set(looks))


async def test_polls_that_ask_the_same_share_one_reading(hub, monkeypatch):
    readings = []
    await commit(ALL)
    await hub.refresh()
    hub.window = Window(1)
    monkeypatch.setattr(
        polling,
        "_from_database",
        lambda *asked, read=polling._from_database: readings.append(asked) or read(*asked),
    )
    asked = read_page_asked({"after": "0", "wait": "5"})
    pages = await in_time(asyncio.gather(*(polling._found(hub, asked, 0) for _ in range(20))))
    assert {tuple(message.offset for message in page) for page in pages} == {(1,)}
    assert len(readings) == 1


async def test_a_poll_that_waits_while_the_numbers_begin_anew_is_told(hub):
    from outbox.services import renew_epoch

    await commit(ALL)
    await hub.refresh()
    waiting = await poll(f"after=1&topics={GOA}&wait=25")
    manager = await current_manager()
    await in_time(_until(lambda: manager.connections["poll"]))
    await asyncio.to_thread(_closing, renew_epoch)
    assert (await answer(waiting))[1]["recovered"] is False


async def _until(question):
    while not question():
        await asyncio.sleep(0.005)


async def test_bad_questions_are_problems_while_waiting_too(hub):
    status, problem = await answer(await poll("after=x&wait=5"))
    assert (status, problem["status"], len(problem["request_id"])) == (400, 400, 32)
    scope = scope_of("http", "/api/v1/changes", query="after=x&wait=5")
    named = {**scope, "headers": [*scope["headers"], (b"x-request-id", b"mine-1")]}
    connection = Connection(named)
    start, body = await connection.next(), await connection.next()
    assert dict(start["headers"])[b"x-request-id"] == b"mine-1"
    assert json.loads(body["body"])["request_id"] == "mine-1"
