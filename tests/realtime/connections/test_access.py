"""Every kind of topic, requested by each actor over each transport.

By the table of rights, tests/access/table/topics.txt.
"""

from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client

from realtime.feed.protocol import TOPIC_KINDS
from tests.access.actors import ACTORS, each, make_actors
from tests.access.rows import Row, rows
from tests.factories import make_city, make_run, make_source
from tests.realtime.clients import listen

TOPICS = rows("topics")
RUN = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"


def kinds_of(row: Row) -> set[str]:
    return {name for name, kind in TOPIC_KINDS.items() if kind.fullmatch(row.target)}


def test_every_kind_of_topic_is_in_the_table_once():
    assert sorted(kind for row in TOPICS for kind in kinds_of(row)) == sorted(TOPIC_KINDS)


def test_the_table_has_no_topic_that_the_feed_has_not():
    assert [row.target for row in TOPICS if not kinds_of(row)] == []


@pytest.mark.parametrize("over", ["websocket", "sse"])
@pytest.mark.parametrize("row", TOPICS, ids=lambda row: row.target)
async def test_a_topic_is_heard_by_those_whom_the_table_names(hub, over: str, row: Row):
    clients = await sync_to_async(_actors)()
    found = []
    for _, client in each(clients):
        session = client.cookies.get(settings.SESSION_COOKIE_NAME)
        key = client.defaults.get("HTTP_AUTHORIZATION", "")
        listener = await listen(
            over,
            row.target,
            cookie=f"{settings.SESSION_COOKIE_NAME}={session.value}" if session else "",
            headers=((b"authorization", key.encode()),) if key else (),
        )
        found.append(await _heard(listener))
        await listener.close()
    assert dict(zip(ACTORS, found, strict=True)) == dict(zip(ACTORS, row.answers, strict=True))


def _actors() -> dict[str, Client]:
    """The actors, and the run that the table names, of the moderator's city."""
    make_run(id=UUID(RUN), source=make_source(city=make_city()))
    return make_actors(make_city())


async def _heard(listener) -> str:
    if listener.over == "sse":
        status = (await listener.wire.next())["status"]
        return "ok" if status == 200 else str(status)
    frame = await listener.frame()
    return "ok" if frame["type"] == "subscribed" else {"forbidden": "403"}[frame["code"]]
