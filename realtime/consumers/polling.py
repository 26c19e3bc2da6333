"""`GET /api/v1/changes?wait=25`: a poll that waits on the hub, without a thread of its own.

Without `wait` the plain view answers.
"""

import asyncio
import contextlib
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from outbox.queries import Position, changes_after, position
from realtime.connections.manager import ConnectionManager
from realtime.consumers.http import HttpRefusal, answer, open_manager, parameters, problem, refusals_as_http
from realtime.exceptions import Code, Refused
from realtime.feed.hub import Hub
from realtime.feed.pages import PageAsked, can_resume, page_text, read_page_asked
from realtime.feed.protocol import Message
from realtime.feed.readers import Reader

_ALL = ("events:all",)


async def long_poll(scope: Any, receive: Any, send: Any) -> None:
    """Answer when there is a change after `after`, at the latest after `wait` seconds (30 at most).

    An API key or token that is sent must be open, as for every request, until the answer.
    """
    cut = asyncio.Event()
    # it is told of its end by a status, and gets no frames
    reader = Reader(send, server=send, overflow=cut.set, fast_send=lambda _frame: True)
    try:
        with refusals_as_http():
            manager = await open_manager(scope)
            asked = read_page_asked(parameters(scope))
            with manager.admitted(scope, "poll", reader) as address:
                manager.limiter.count_message(address, None)
                await manager.rights.grant(reader, asked.topics or _ALL, scope)
                body = await _wait(manager, asked, receive, cut)
    except HttpRefusal as refusal:
        await problem(scope, send, refusal)
    else:
        await answer(send, body, headers=[(b"access-control-allow-origin", b"*")])


async def _wait(manager: ConnectionManager, asked: PageAsked, receive: Any, cut: asyncio.Event) -> bytes:
    """The page when it has results; an empty one after the time, or at disconnect or shutdown.

    Raises Refused once `cut` is set, and django.db.Error.
    """
    hub = manager.hub
    clock = asyncio.get_running_loop().time
    until = clock() + asked.wait
    await hub.catch_up_to(asked.after)
    asked = replace(
        asked, epoch=asked.epoch or hub.epoch
    )  # if a new epoch begins meanwhile, nothing is resumed
    gone, ended = asyncio.create_task(_gone(receive)), asyncio.create_task(cut.wait())
    # nothing up to here: each change is examined once, and the database is not queried for it again
    looked = asked.after
    try:
        while True:
            here = Position(hub.epoch, hub.offset, hub.pruned_to)
            found = await _found(hub, asked, looked) if can_resume(asked, here) else []
            looked = max(looked, here.number)
            here = here._replace(pruned_to=hub.pruned_to)
            left = until - clock()
            if cut.is_set():
                raise Refused(Code.AUTH, "The API key or token of this request has ended.")
            if found or gone.done() or manager.is_shutting_down or left <= 0 or not can_resume(asked, here):
                return page_text(asked, here, found)
            news = asyncio.create_task(hub.wait_for_change(here.number))
            await asyncio.wait({news, gone, ended}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
    finally:
        gone.cancel()
        ended.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone


async def _found(hub: Hub, asked: PageAsked, looked: int) -> list[Message]:
    """The changes after `looked`, at most one more than the limit.

    From memory where possible, else by one query for all identical requests.
    """
    if looked < hub.window.start:
        question = (asked.topics, looked, asked.limit, hub.epoch)
        read = partial(hub.database.run, _from_database, *question)
        found, hub.pruned_to = await hub.single_flight.run(question, read)
        return list(found)
    heard = (
        message
        for message in hub.window.after(looked)
        if message.is_public and (not asked.topics or not message.keys.isdisjoint(asked.topics))
    )
    return list(islice(heard, asked.limit + 1))


def _from_database(topics: tuple[str, ...], after: int, limit: int, epoch: str) -> tuple[list[Message], int]:
    """The changes, and the last pruned number.

    What was pruned before they were read is a gap, which the answer reports.
    """
    found = [Message(change, epoch) for change in changes_after(after, limit=limit + 1, topics=topics)]
    return found, position().pruned_to


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
