"""A subscription by a saved search: its owner's conditions, over each way."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from uuid_utils.compat import uuid7

from events.filters import EventFilter
from saved_searches import services
from tests.realtime.clients import commit, listen, listening

ALL = "events:all"
DATA: dict[str, Any] = {
    "start": "2026-11-21T14:30:00+00:00", "end": None, "start_date": "2026-11-21", "end_date": "2026-11-21", "timezone": "Asia/Kolkata",
    "all_day": False, "time_known": True, "city": "bengaluru", "area": None, "venue": "Blue Room", "lat": None, "lng": None,
    "category": "music", "tags": [], "language": "en", "online": "no", "status": "scheduled",
    "price": {"type": "free", "min": None, "max": None, "currency": ""},
}  # fmt: skip


@pytest.fixture(params=["websocket", "sse"])
def over(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def refused(over: str, **more: Any) -> str:
    """The code of the error; of a stream, whose answer is problem details, by its status."""
    client = await listen(over, ALL, **more)
    if over == "websocket":
        return str(await client.refusal())
    return {403: "forbidden", 400: "filters"}[(await client.wire.next())["status"]]


def save(visitor: Any, **wanted: Any) -> Any:
    return sync_to_async(services.save)(visitor.user, EventFilter(**wanted), name="Mine")


async def test_only_what_the_search_lists_arrives(over, hub, visit):
    me = await visit()
    row = await save(me, price="free")
    client = await listening(over, ALL, cookie=me.cookie, filters={"saved_search": str(row.pk)})
    paid = {"type": "paid", "min": 5.0, "max": 5.0, "currency": "INR"}
    await commit(ALL, kind="event.published", data={**DATA, "price": paid})
    free = await commit(ALL, kind="event.published", data={**DATA, "id": "free"})
    await hub.refresh()
    frame = await client.frame()
    assert (frame["topic"], frame["data"]["id"]) == (f"events:event:{free}", "free")
    await client.close()


async def test_it_is_its_owners_alone(over, hub, visit):
    me, other = await visit(), await visit("ola@example.com")
    row = await save(me, price="free")
    filters = {"saved_search": str(row.pk)}
    assert await refused(over, filters=filters) == "forbidden"
    assert await refused(over, cookie=other.cookie, filters=filters) == "filters"


@pytest.mark.parametrize(
    "filters",
    [
        {"saved_search": "x"},
        {"saved_search": str(uuid7()), "city": "bengaluru"},
        {"saved_search": str(uuid7())},
    ],
)
async def test_what_names_no_search_is_refused(over, hub, visit, filters):
    me = await visit()
    assert await refused(over, cookie=me.cookie, filters=filters) == "filters"


async def test_conditions_that_a_change_does_not_tell_are_refused(over, hub, visit):
    me = await visit()
    row = await save(me, source="town-calendar")
    assert await refused(over, cookie=me.cookie, filters={"saved_search": str(row.pk)}) == "filters"
