"""`GET /api/v1/changes?wait=25`: a poll that waits on the hub, without a thread of its own. Without `wait` the plain view answers."""

import asyncio
import contextlib
import json
from typing import Any

from outbox.queries import Position, changes_after, position
from realtime.consumers.http import Answered, answer, explained, open_office, parameters, problem
from realtime.hub import Hub
from realtime.office import Office
from realtime.pages import PageAsked, can_resume, page_of, read_page_asked
from realtime.protocol import change_body


async def long_poll(scope: Any, receive: Any, send: Any) -> None:
    """Answers as soon as there is a change after `after`, at the latest after `wait` seconds (30 at most)."""
    try:
        with explained():
            office = await open_office(scope)
            asked = read_page_asked(parameters(scope))
            with office.admitted(scope, "poll"):
                body = await _wait(office, asked, receive)
    except Answered as answered:
        await problem(scope, send, answered)
    else:
        await answer(send, body, headers=[(b"access-control-allow-origin", b"*")])


async def _wait(office: Office, asked: PageAsked, receive: Any) -> dict[str, Any]:
    """The page, as soon as it has something; an empty one after the time, or when the client or this process goes. Raises django.db.Error."""
    hub = office.hub
    clock = asyncio.get_running_loop().time
    until = clock() + asked.wait
    await hub.reach(asked.after)
    gone = asyncio.create_task(_gone(receive))
    try:
        while True:
            here = Position(hub.epoch, hub.offset, hub.pruned_to)
            found = await _found(hub, asked) if can_resume(asked, here) else []
            here = here._replace(pruned_to=hub.pruned_to)
            left = until - clock()
            if found or gone.done() or office.is_leaving or left <= 0 or not can_resume(asked, here):
                return page_of(asked, here, found)
            news = asyncio.create_task(hub.changed(here.number))
            await asyncio.wait({news, gone}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
    finally:
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone


async def _found(hub: Hub, asked: PageAsked) -> list[dict[str, Any]]:
    """What came after `asked.after`, one more than the limit: from memory where that reaches."""
    if asked.after < hub.window.start:
        found, hub.pruned_to = await hub.database.run(_from_database, asked)
        return found
    recent = [
        message
        for message in hub.window.after(asked.after)
        if message.is_public and (not asked.topics or not message.keys.isdisjoint(asked.topics))
    ]
    return [json.loads(message.text) for message in recent[: asked.limit + 1]]


def _from_database(asked: PageAsked) -> tuple[list[dict[str, Any]], int]:
    """The changes, and up to where was pruned when they were there: what was pruned before they were read is a gap, and is said."""
    found = [change_body(change) for change in changes_after(asked.after, limit=asked.limit + 1, topics=asked.topics)]
    return found, position().pruned_to


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
