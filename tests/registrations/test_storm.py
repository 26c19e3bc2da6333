"""500 people want 50 places at once of two servers that are killed with SIGKILL meanwhile.

No seat is given twice, and nobody is lost or doubled. SEED chooses the moments.
"""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.realtime.chaos import house as houses
from tests.realtime.chaos.house import House, Writer

PEOPLE, SEATS = 500, 50
#: Seconds for everybody together.
PATIENCE = 120.0
_BACK = 0.2


@dataclass(kw_only=True)
class Seeker:
    """A person who asks until a server answers. `asked_at` and `told_at` say how many answers there were when they first asked, and with theirs."""

    number: int
    asked_at: int = 0
    told_at: int = 0
    status: int = 0
    told: dict[str, Any] | None = None
    lost: int = 0


class Crowd:
    """500 people, each with a network of their own, and the two servers that they ask at present."""

    def __init__(self, event: UUID, house: House) -> None:
        self.seekers = [Seeker(number=number) for number in range(PEOPLE)]
        self.event, self.house, self.answers = event, house, 0
        self.servers = [house.start("daphne"), house.start("uvicorn")]

    def kill(self, place: int) -> None:
        """Kill a server; another one of its kind takes its place."""
        killed = self.servers[place]
        killed.kill()
        self.servers[place] = self.house.start(killed.kind)

    async def ask(self, seekers: list[Seeker]) -> None:
        """All at once; returns when all have an answer."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        async with (
            httpx.AsyncClient(timeout=PATIENCE, limits=limits) as http,
            asyncio.timeout(PATIENCE),
            asyncio.TaskGroup() as tasks,
        ):
            for seeker in seekers:
                tasks.create_task(self._ask(http, seeker))

    async def _ask(self, http: httpx.AsyncClient, seeker: Seeker) -> None:
        number, is_first = seeker.number, seeker.told_at == 0
        body = {"name": f"P{number}", "email": f"p{number}@example.org"}
        network = {"X-Forwarded-For": f"198.18.{number // 250}.{number % 250}"}
        seeker.asked_at = self.answers if is_first else seeker.asked_at
        while True:
            host, port = self.servers[number % 2].address
            try:
                answer = await http.post(
                    f"http://{host}:{port}/api/v1/events/{self.event}/registration",
                    json=body,
                    headers=network,
                )
            except httpx.TransportError:
                seeker.lost += 1
                await asyncio.sleep(_BACK)
                continue
            assert answer.status_code in (201, 409, 503), (answer.status_code, answer.text)
            if answer.status_code != 503:
                self.answers += 1
                seeker.status = answer.status_code
                if is_first:
                    seeker.told_at = self.answers
                    seeker.told = answer.json() if answer.status_code == 201 else None
                return
            await asyncio.sleep(_BACK)


@pytest.fixture(scope="module")
def installation(django_db_setup: None) -> Iterator[House]:
    with houses.opened(TRUSTED_PROXIES="127.0.0.1") as house:
        yield house


@pytest.fixture
def crowd(db: None, installation: House) -> Crowd:
    installation.reset()
    writer = Writer(installation.start("writer"))
    (event,) = writer("found", count=1)
    writer.close()
    installation.run(
        "INSERT INTO registrations_registrationsetup (event_id, is_open, capacity, most_guests, has_waitlist, questions, updated_at)"
        f" VALUES ('{UUID(event)}', true, {SEATS}, 0, true, '[]', now())"
    )
    return Crowd(UUID(event), installation)


@pytest.fixture
def chance() -> random.Random:
    return random.Random(os.environ.get("SEED", "1"))


async def _while_they_ask(crowd: Crowd, chance: random.Random) -> None:
    """One server is killed while seats are given, the other while people queue."""

    async def kill() -> None:
        moments = (chance.randrange(5, SEATS), chance.randrange(SEATS * 2, PEOPLE - SEATS))
        for place, moment in enumerate(moments):
            while crowd.answers < moment:
                await asyncio.sleep(0.005)
            crowd.kill(place)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(kill())
        tasks.create_task(crowd.ask(crowd.seekers))
    assert any(seeker.lost for seeker in crowd.seekers), "no kill met anybody"


async def _between(crowd: Crowd, chance: random.Random) -> None:
    """Both are killed when everybody of a part was answered; then all ask, those once more."""
    early = chance.sample(crowd.seekers, PEOPLE // 5)
    await crowd.ask(early)
    for place in (0, 1):
        crowd.kill(place)
    await crowd.ask(chance.sample(crowd.seekers, PEOPLE))
    assert {seeker.status for seeker in early} == {409}, "one came in twice"


@pytest.mark.parametrize("storm", [_while_they_ask, _between])
async def test_a_storm_gives_each_seat_once_and_lines_up_the_others(
    storm: Callable[[Crowd, random.Random], Awaitable[None]],
    crowd: Crowd,
    installation: House,
    chance: random.Random,
) -> None:
    await storm(crowd, chance)
    rows = installation.run(
        "SELECT id::text, state, queued_at, address_hash FROM registrations_registration ORDER BY queued_at, id"
    )
    states = [state for _, state, *_ in rows]
    assert states == ["registered"] * SEATS + ["waiting"] * (PEOPLE - SEATS), "seats went out of order"
    assert len({queued for _, _, queued, _ in rows}) == len({hashed for *_, hashed in rows}) == PEOPLE
    _as_told(crowd, [name for name, *_ in rows])
    mails = installation.run(
        "SELECT kind, count(*), count(DISTINCT registration_id) FROM registrations_registrationmail WHERE kind <> 'again' GROUP BY 1"
    )
    assert sorted(mails) == [("confirmed", SEATS, SEATS), ("waiting", PEOPLE - SEATS, PEOPLE - SEATS)]
    assert installation.run("SELECT registrations FROM events_eventcounters") == [(SEATS,)]


def _as_told(crowd: Crowd, line: list[str]) -> None:
    """Whatever was answered is so; nobody is before a person who had an answer before they asked."""
    place = {name: number for number, name in enumerate(line)}
    told = [seeker for seeker in crowd.seekers if seeker.told is not None]
    assert len(told) >= PEOPLE - sum(seeker.lost for seeker in crowd.seekers), "an answer was no answer"
    for seeker in told:
        assert seeker.told is not None
        at, position = place[seeker.told["id"]], seeker.told["position"]
        assert position == (None if at < SEATS else at - SEATS + 1), "the answer said another place"
        behind = [
            other for other in told if other.told_at <= seeker.asked_at and place[other.told["id"]] > at
        ]
        assert not behind, "somebody came later and is before"
