"""nginx with nchan, the shipped configuration, the publisher and the application: real processes, the same
protocol."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
import redis
from django.db import transaction
from django.utils.timezone import now
from uuid_utils.compat import uuid7
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from benchmarks.live_readers import Endpoint
from config.embedded.errors import EmbeddedError
from config.embedded.nchan import nginx, programs
from outbox.records import NewChange
from outbox.services import number_changes, record
from places.records import WeatherFacts
from places.services import record_weather
from realtime.connections.registry import open_registry
from tests.conftest import environment_of_children
from tests.factories import make_area, make_city, make_event
from tests.ports import free_port
from tests.realtime.clients import SECONDS, write
from tests.realtime.test_servers import until_it_listens

pytestmark = pytest.mark.real_clock
ALL, JAZZ = "events:all", "events:city:jazz-town"
PATIENCE = 60
#: WebSockets of one address; and seconds after which who takes nothing is closed.
CAP, SLOW = 6, 3
MUTE_FRAMES = 500


class House:
    """nginx, one web process, and a publisher that can be stopped."""

    def __init__(self, public: int, app: int, engine: int, environment: dict[str, str]) -> None:
        self.public, self.app, self.engine, self.environment = public, app, engine, environment
        self.publisher = None

    def publish(self) -> None:
        self.publisher = self.start("manage.py", "publish_live")
        self.until(lambda: self.server("topics=events:all") == "/_live/engine")

    def start(self, *words: str):
        return subprocess.Popen([sys.executable, *words], env=self.environment, cwd=os.getcwd())

    def stop(self) -> None:
        if self.publisher is not None:
            self.publisher.kill()
            self.publisher.wait()

    def gate(self, query: str, **headers: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.app}/_live/gate?{query}", timeout=SECONDS, headers=headers)

    def server(self, query: str) -> str:
        return self.gate(query).headers["x-accel-redirect"].partition("?")[0]

    def has_told(self) -> bool:
        """Whether the engine's newest message of all events has a number at the position where a reader
        begins.
        """
        start = self.gate("topics=events:all").headers.get("x-live-start", "")
        return start != "" and not start.endswith("-")

    def until(self, holds) -> None:
        waiting = threading.Event()
        for _ in range(PATIENCE * 10):
            if holds():
                return
            waiting.wait(0.1)
        pytest.fail("it does not come true")

    def open(self, query: str = "", **more):
        return connect(
            f"ws://127.0.0.1:{self.public}/ws/live{'?' if query else ''}{query}", compression=None, **more
        )


@pytest.fixture
def blank_board(settings):
    """Delete what the former test's publisher stored, including its lease.

    It belongs to another epoch and engine.
    """
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in list(client.scan_iter(match="*:live:engine:*")):
            client.delete(key)


@pytest.fixture(scope="module")
def site(django_db_setup):
    """The ports of nginx and of a web process that runs for all tests here, and its environment."""
    public, app, engine = free_port(), free_port(), free_port()
    environment = {
        **environment_of_children(), "DATABASE_POOL": "true", "PORT": str(app),
        "LIVE_ENGINE": "nchan", "LIVE_NCHAN_URL": f"http://127.0.0.1:{engine}",
    }  # fmt: skip
    web = subprocess.Popen([sys.executable, "-m", "config.web"], env=environment, cwd=os.getcwd())
    try:
        until_it_listens(web, app)
        yield public, app, engine, environment
    finally:
        web.terminate()
        web.wait(20)


@pytest.fixture(scope="module")
def _nginx_is_here():
    try:
        programs()
    except EmbeddedError as error:
        pytest.skip(str(error))


@pytest.fixture
def house(_nginx_is_here, site, transactional_db, blank_board, tmp_path):
    """A new nginx, which has told nobody anything, before the one web process."""
    found = House(*site)
    with nginx(
        tmp_path,
        app=f"127.0.0.1:{found.app}",
        listen=f"127.0.0.1:{found.public}",
        engine=f"127.0.0.1:{found.engine}",
        per_address=CAP,
        slow_seconds=SLOW,
    ):
        try:
            yield found
        finally:
            found.stop()


def frame(client):
    while (said := json.loads(client.recv(timeout=SECONDS * 3)))["type"] == "pong":  # unasked, once in 20 s
        pass
    return said


def frames(client, count):
    return [frame(client) for _ in range(count)]


def test_the_engine_speaks_the_protocol_and_the_hub_takes_what_it_cannot(house):
    house.publish()
    write(ALL, JAZZ, data={"n": 1})
    house.until(house.has_told)
    with (
        house.open("topics=events:all") as client,
        house.open(f"topics={JAZZ}") as other,
        house.open() as plain,
    ):
        greeting, answer = frames(client, 2)
        assert (greeting["type"], answer) == (
            "hello",
            {"type": "subscribed", "topics": [ALL], "recovered": True, "offset": 1},
        )
        assert [said["type"] for said in frames(other, 2)] == ["hello", "subscribed"]
        assert frame(plain) == greeting
        plain.send(json.dumps({"type": "subscribe", "topics": [ALL, JAZZ], "filters": {"q": "jaz"}}))
        assert frame(plain)["type"] == "subscribed"
        write(ALL, data={"n": 2})
        write(ALL, JAZZ, data={"n": 3})
        assert [said["data"]["n"] for said in frames(client, 2)] == [2, 3]
        assert frame(other)["data"]["n"] == 3
        assert [said["data"]["n"] for said in frames(plain, 2)] == [2, 3]  # data that cannot be judged passes
    epoch = greeting["epoch"]
    assert house.server(f"topics=events:all&after={epoch}-3") == "/_live/engine"
    assert house.server(f"topics={JAZZ}&after={epoch}-1") == "/_live/hub"
    assert house.server(f"topics={JAZZ}&after={epoch}-3") == "/_live/engine"
    for query in (
        "",
        "topics=events:all&q=jazz",
        f"topics=events:all,{JAZZ}",
        "topics=user:me",
        "topics=desk:queue",
    ):
        assert house.server(query) == "/_live/hub", query
    assert house.server(f"topics=events:event:{uuid7()},events:event:{uuid7()}") == "/_live/engine"
    with house.open(f"topics={JAZZ}&after={epoch}-1") as client:  # resumed by the application
        assert [said["type"] for said in frames(client, 2)] == ["hello", "subscribed"]
        assert frame(client)["offset"] == 3
    with house.open(
        f"topics=events:all&after={epoch}-3"
    ) as client:  # nothing missed, what is in the engine is not told again
        assert frames(client, 2)[1]["offset"] == 3
        write(ALL, data={"n": 4})
        assert frame(client)["offset"] == 4


def test_without_a_publisher_the_hub_serves_and_the_next_one_goes_on_where_it_stopped(house):
    assert house.server("topics=events:all") == "/_live/hub"
    house.publish()
    write(ALL, data={"n": 1})
    house.until(house.has_told)
    with house.open("topics=events:all") as client:
        assert [said["type"] for said in frames(client, 2)] == ["hello", "subscribed"]
        house.stop()
        house.until(lambda: house.server("topics=events:all") == "/_live/hub")
        write(ALL, data={"n": 2})
        with house.open("topics=events:all") as other:
            assert frames(other, 2)[1]["offset"] == 2
        house.publish()
        assert frame(client)["offset"] == 2


def test_the_sites_own_pages_are_served_by_the_engine_with_their_weather(house):
    """Each of the site's pages asks for what it says in `data-live-topics`, from where it stands."""
    from django.test import Client

    event = make_event(title="Moonlit Jazz", setting="outdoor", area=make_area(city=make_city()))
    facts = WeatherFacts(
        observed_at=now() - timedelta(minutes=1), valid_until=now() + timedelta(hours=1), temperature_c=31.0
    )
    record_weather(event.city_id, facts, now=now())
    number_changes()
    house.publish()
    kept = {}
    for path in ("/", "/bengaluru/", "/bengaluru/indiranagar/", event.get_absolute_url()):
        html = Client().get(path).content.decode()
        topics, epoch, offset = (
            re.search(f'data-live-{name}="([^"]*)"', html).group(1) for name in ("topics", "epoch", "offset")
        )
        query = urlencode({"topics": topics, "after": f"{epoch}-{offset}"})
        house.until(lambda query=query: house.server(query) == "/_live/engine")
        with house.open(query) as client:
            answer = frames(client, 2)[1]
            assert (answer["type"], answer["topics"], answer["offset"]) == (
                "subscribed",
                topics.split(","),
                int(offset),
            )
            if "weather:bengaluru" in topics:
                state = frame(client)
                assert (state["type"], state["data"]["temperature_c"], state["offset"]) == (
                    "weather.update",
                    31.0,
                    int(offset),
                )
        kept[path] = query
    assert "weather:bengaluru" in kept["/bengaluru/"] or "weather%3Abengaluru" in kept["/bengaluru/"]
    with house.open(kept["/bengaluru/"]) as client, house.open(kept[event.get_absolute_url()]) as other:
        assert [said["type"] for said in frames(client, 3)] == [said["type"] for said in frames(other, 3)]
        record_weather(event.city_id, replace(facts, observed_at=now(), temperature_c=25.0), now=now())
        for each in (client, other):
            reported = frame(each)
            assert (reported["type"], reported["data"]["temperature_c"]) == ("weather.update", 25.0)


def test_an_address_has_so_many_and_staff_see_who_is_served_by_the_engine(house):
    house.publish()
    registry = open_registry()

    def counted():
        hub_stats = [each for each in registry.hub_stats() if "engine" in each.connections]
        return [(each.connections["engine"], each.topics.get(JAZZ)) for each in hub_stats]

    with ExitStack() as held:
        clients = [held.enter_context(house.open(f"topics={JAZZ}")) for _ in range(CAP)]
        for client in clients:
            assert frames(client, 2)[1]["topics"] == [JAZZ]
        with pytest.raises(InvalidStatus) as refused:
            house.open(f"topics={JAZZ}")
        assert refused.value.response.status_code == 429
        house.until(lambda: (CAP, CAP) in counted())
        for client in clients:  # and they hear of each other, rounded
            reported = frame(client)
            assert (reported["type"], reported["topic"], reported["data"]) == (
                "presence",
                JAZZ,
                {"watching": 5},
            )
    house.until(lambda: (0, None) in counted() or (0, 0) in counted())


def test_a_burst_beyond_what_the_engine_keeps_reaches_who_reads(house):
    house.publish()
    with house.open("topics=events:all") as client:
        frames(client, 2)
        count = 1200  # it keeps 1,000 messages of a channel
        with transaction.atomic():
            record(
                [
                    NewChange(
                        type="event.changed",
                        object_type="event",
                        object_id=uuid7(),
                        topics=(ALL,),
                        data={"n": n},
                    )
                    for n in range(count)
                ]
            )
        number_changes()
        assert [said["data"]["n"] for said in frames(client, count)] == list(range(count))


def test_who_takes_nothing_is_closed_and_what_was_held_for_it_let_go(house):
    house.publish()
    endpoint = httpx.Client(
        base_url=f"http://127.0.0.1:{house.engine}", headers={"Accept": "text/json"}, timeout=SECONDS
    )
    with socket.socket() as mute, endpoint:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        mute.connect(("127.0.0.1", house.public))
        mute.sendall(Endpoint(port=house.public).handshake("/ws/live?topics=events:all"))

        def readers():
            answer = endpoint.get("/publish/events:all")
            return 0 if answer.status_code == 404 else answer.json()["subscribers"]

        house.until(lambda: readers() == 1)
        for number in range(MUTE_FRAMES):  # more than the buffers of the kernel take
            endpoint.post("/publish/events:all", content=f"{number} {'x' * 20_000}")
        house.until(lambda: readers() == 0)
        write(ALL, data={"n": 1})
        with house.open("topics=events:all") as client:
            assert frames(client, 2)[1]["type"] == "subscribed"


def test_the_gate_asks_from_where(house):
    assert house.gate("topics=events:all", Origin="https://elsewhere.example").status_code == 403
    assert house.gate("topics=nonsense").status_code == 400
    assert (
        httpx.get(
            f"http://127.0.0.1:{house.public}/_live/gate?topics=events:all", timeout=SECONDS
        ).status_code
        == 404
    )
    assert httpx.get(f"http://127.0.0.1:{house.public}/_live/engine", timeout=SECONDS).status_code == 404
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        house.open("topics=events:all", origin="https://elsewhere.example").recv(timeout=SECONDS)
