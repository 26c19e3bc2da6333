"""nginx with nchan, the shipped configuration, the publisher and the application: real processes, the same protocol."""

import json
import os
import subprocess
import sys
import threading

import httpx
import pytest
from uuid_utils.compat import uuid7
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from config.embedded.errors import EmbeddedError
from config.embedded.nchan import nginx, programs
from tests.realtime.clients import SECONDS, write
from tests.realtime.test_servers import free_port, until_it_listens

ALL, JAZZ = "events:all", "events:city:jazz-town"
PATIENCE = 60


class House:
    """nginx, one web process, and a publisher that can be stopped."""

    def __init__(self, public: int, app: int, environment: dict[str, str]) -> None:
        self.public, self.app, self.environment = public, app, environment
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

    def until(self, holds) -> None:
        waiting = threading.Event()
        for _ in range(PATIENCE * 10):
            if holds():
                return
            waiting.wait(0.1)
        pytest.fail("it does not come true")

    def open(self, query: str = "", **more):
        return connect(f"ws://127.0.0.1:{self.public}/ws/live{'?' if query else ''}{query}", compression=None, **more)


@pytest.fixture
def house(transactional_db, child_environment, tmp_path):
    try:
        programs()
    except EmbeddedError as error:
        pytest.skip(str(error))
    public, app, engine = free_port(), free_port(), free_port()
    environment = {
        **child_environment, "DATABASE_POOL": "true", "PORT": str(app),
        "LIVE_ENGINE": "nchan", "LIVE_NCHAN_URL": f"http://127.0.0.1:{engine}",
    }  # fmt: skip
    found = House(public, app, environment)
    with nginx(tmp_path, app=f"127.0.0.1:{app}", listen=f"127.0.0.1:{public}", engine=f"127.0.0.1:{engine}"):
        web = found.start("-m", "config.web")
        try:
            until_it_listens(web, app)
            yield found
        finally:
            found.stop()
            web.terminate()
            web.wait(20)


def frame(client):
    while (said := json.loads(client.recv(timeout=SECONDS * 3)))["type"] == "pong":  # unasked, once in 20 s
        pass
    return said


def frames(client, count):
    return [frame(client) for _ in range(count)]


def test_the_engine_speaks_the_protocol_and_the_hub_takes_what_it_cannot(house):
    house.publish()
    write(ALL, JAZZ, data={"n": 1})
    house.until(lambda: "1" in house.gate("topics=events:all").headers["x-live-start"])
    with house.open("topics=events:all") as client, house.open(f"topics={JAZZ}") as other, house.open() as plain:
        greeting, answer = frames(client, 2)
        assert (greeting["type"], answer) == ("hello", {"type": "subscribed", "topics": [ALL], "recovered": True, "offset": 1})
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
    for query in ("", "topics=events:all&q=jazz", f"topics=events:all,{JAZZ}", f"topics=place:{uuid7()}", "topics=user:me"):
        assert house.server(query) == "/_live/hub", query
    assert house.server(f"topics=events:event:{uuid7()},events:event:{uuid7()}") == "/_live/engine"
    with house.open(f"topics={JAZZ}&after={epoch}-1") as client:  # resumed by the application
        assert [said["type"] for said in frames(client, 2)] == ["hello", "subscribed"]
        assert frame(client)["offset"] == 3
    with house.open(f"topics=events:all&after={epoch}-3") as client:  # nothing missed, what is in the engine is not told again
        assert frames(client, 2)[1]["offset"] == 3
        write(ALL, data={"n": 4})
        assert frame(client)["offset"] == 4


def test_without_a_publisher_the_hub_serves_and_the_next_one_goes_on_where_it_stopped(house):
    assert house.server("topics=events:all") == "/_live/hub"
    house.publish()
    write(ALL, data={"n": 1})
    house.until(lambda: ":" in house.gate("topics=events:all").headers.get("x-live-start", ""))
    with house.open("topics=events:all") as client:
        assert [said["type"] for said in frames(client, 2)] == ["hello", "subscribed"]
        house.stop()
        house.until(lambda: house.server("topics=events:all") == "/_live/hub")
        write(ALL, data={"n": 2})
        with house.open("topics=events:all") as other:
            assert frames(other, 2)[1]["offset"] == 2
        house.publish()
        assert frame(client)["offset"] == 2


def test_the_gate_asks_from_where(house):
    assert house.gate("topics=events:all", Origin="https://elsewhere.example").status_code == 403
    assert house.gate("topics=nonsense").status_code == 400
    assert httpx.get(f"http://127.0.0.1:{house.public}/_live/gate?topics=events:all", timeout=SECONDS).status_code == 404
    assert httpx.get(f"http://127.0.0.1:{house.public}/_live/engine", timeout=SECONDS).status_code == 404
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        house.open("topics=events:all", origin="https://elsewhere.example").recv(timeout=SECONDS)
