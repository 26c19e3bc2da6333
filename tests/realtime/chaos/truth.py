"""The server's state, and whether readers have the same."""

import asyncio
import json
import os
from collections.abc import Iterable

import httpx

from tests.realtime.chaos.house import House, Process
from tests.realtime.chaos.readers import Reader, until

#: Within so many seconds of reconnecting, or of the poll, a reader must hold the server's state: 5 by `make
#: chaos-live`, more where coverage measures too.
SECONDS = float(os.environ.get("CHAOS_SECONDS", "15"))


def visible(house: House) -> dict[str, tuple[int, str, str]]:
    """(version, title, status) of every visible event, read from its table."""
    rows = house.run(
        "SELECT id::text, version, title, happening FROM events_event WHERE publication = 'approved'"
    )
    return {name: (version, title, status) for name, version, title, status in rows}


async def beyond(house: House, number: int) -> None:
    """Wait until the outbox has reached `number`."""
    await until(lambda: house.number() >= number, f"the stream reaches {number}")


async def settled(house: House, readers: Iterable[Reader], patience: float = 120.0) -> None:
    """Wait until every change has a number and every reader the newest one.

    Then all must have exactly the server's state.
    """
    await until(lambda: not house.unnumbered(), "all changes get their number", patience)
    number, state = house.number(), visible(house)
    crowd = list(readers)
    await until(
        lambda: all(
            reader.is_settled and reader.offset == number and reader.held == state for reader in crowd
        ),
        lambda: story(house, crowd, number, state),
        patience,
    )
    faults = {fault for reader in crowd for fault in reader.faults}
    assert not faults, sorted(faults)[:5]


def nothing_missed(house: House, *readers: Reader) -> None:
    """Every change after `since` was received, or a newer one of the same object.

    None twice, and all in order.
    """
    rows = house.run("SELECT object_id, array_agg(number ORDER BY number) FROM outbox_change GROUP BY 1")
    for reader in readers:
        came = set(reader.got)
        assert reader.got == sorted(came), "a change came twice, or out of order"
        lost = [numbers[-1] for _, numbers in rows if numbers[-1] > reader.since and numbers[-1] not in came]
        assert not lost, (
            f"never heard of {lost[:5]}, the newest of their objects, over {reader.over} after {reader.since}"
        )


def story(house: House, readers: list[Reader], number: int, state: dict[str, tuple[int, str, str]]) -> str:
    """The first reader that is behind, and the ends of the logs."""
    late = [
        reader
        for reader in readers
        if not reader.is_settled or reader.offset != number or reader.held != state
    ]
    if not late:
        return "settled at last"
    one = late[0]
    differs = {
        name: (one.held.get(name), state.get(name))
        for name in {*one.held, *state}
        if one.held.get(name) != state.get(name)
    }
    facts = {
        "late": len(late), "over": one.over, "connected": one.subscribed_at is not None, "came": one.came, "anew": one.anew,
        "offset": one.offset, "server": number, "differs": dict(list(differs.items())[:3]), "faults": one.faults[:3],
    }  # fmt: skip
    logs = "\n".join(f"--- {process.log.name}\n{process.said()[-1500:]}" for process in house.processes)
    return f"{json.dumps(facts, default=str)}\n{logs}"


async def polled(server: Process, after: int = 0, limit: int = 7) -> tuple[list[int], int]:
    """All numbers after `after` by `GET /api/v1/changes`, page by page, and the last offset."""
    host, port = server.address
    found: list[int] = []
    async with httpx.AsyncClient(base_url=f"http://{host}:{port}", timeout=120) as client:
        while True:
            page = (await client.get("/api/v1/changes", params={"after": after, "limit": limit})).json()
            assert page["recovered"], page
            found += [change["offset"] for change in page["results"]]
            after = page["offset"]
            if not page["has_more"]:
                return found, after
            await asyncio.sleep(0)
