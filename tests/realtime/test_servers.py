"""The feed behind real servers: that of `make run`, and uvicorn, which larger installations may prefer."""

import json
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from outbox.records import NewChange
from tests.ports import free_port
from tests.realtime.clients import SECONDS, write

ALL = "events:all"
COMMANDS = {
    "daphne": ["config.web"],
    "uvicorn": [
        "uvicorn",
        "--log-level",
        "warning",
        "--ws-max-size",
        "65536",
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
        "config.asgi:application",
    ],
}


@pytest.fixture(params=sorted(COMMANDS))
def server(request, transactional_db, child_environment) -> Iterator[tuple[subprocess.Popen, str]]:
    """A running server, and its host and port."""
    port = free_port()
    words = [word.format(port=port) for word in COMMANDS[request.param]]
    environment = {
        **child_environment,
        "DATABASE_POOL": "true",
        "PORT": str(port),
        "LIVE_SILENCE_SECONDS": "1",
        "LIVE_RETURN_SECONDS": "7",
    }
    process = subprocess.Popen([sys.executable, "-m", *words], env=environment, cwd=os.getcwd())
    try:
        until_it_listens(process, port)
        yield process, f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def address(server) -> str:
    """Host and port of a running server."""
    return server[1]


def until_it_listens(process, port, patience=60):
    waiting = threading.Event()
    for _ in range(patience * 10):
        assert process.poll() is None, "the server ended"
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        waiting.wait(0.1)
    pytest.fail("the server does not listen")


def frames(client, count):
    return [json.loads(client.recv(timeout=SECONDS * 3)) for _ in range(count)]


def answer(client, text):
    client.send(text)
    return client.recv(timeout=SECONDS * 3)


@pytest.mark.parametrize("body", ["x", "--nothing--\r\n"])
def test_a_form_that_cannot_be_read_is_a_problem_as_any_other(address, body):
    headers = {"Content-Type": "multipart/form-data; boundary=nothing"}
    response = httpx.post(f"http://{address}/api/v1/auth/login", content=body, headers=headers)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code


def test_socket_stream_and_poll_tell_the_same(address):
    with connect(f"ws://{address}/ws/live") as client:
        greeting = frames(client, 1)[0]
        client.send(json.dumps({"type": "subscribe", "topics": [ALL]}))
        assert frames(client, 1)[0]["recovered"] is True
        write(ALL, data={"title": "Nächte"})
        change = frames(client, 1)[0]
    assert (change["offset"], change["data"]) == (1, {"title": "Nächte"})
    mark = f"{greeting['epoch']}-0"
    with httpx.stream(
        "GET", f"http://{address}/api/v1/live?topics={ALL}&after={mark}", timeout=SECONDS
    ) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        data = (line[6:] for line in stream.iter_lines() if line.startswith("data: "))
        assert [json.loads(next(data))["type"] for _ in range(2)] == ["hello", "subscribed"]
        assert json.loads(next(data)) == change
    for query in ("after=0", "after=0&wait=5"):
        assert httpx.get(f"http://{address}/api/v1/changes?{query}", timeout=SECONDS).json()["results"] == [
            change
        ]
    with connect(f"ws://{address}/ws/live") as client:
        client.send("x" * 16385)
        assert [frame["type"] for frame in frames(client, 2)] == ["hello", "error"]
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=SECONDS)
    assert closed.value.rcvd.code == 1009
    with connect(
        f"ws://{address}/ws/live"
    ) as client:  # what is far too much the server does not even take in
        assert frames(client, 1)[0]["type"] == "hello"
        with pytest.raises(ConnectionClosed) as closed:
            answer(client, "x" * 100_000)
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1009


def test_a_server_that_stops_first_tells_its_readers_to_come_back_later(server):
    process, address = server
    with (
        connect(f"ws://{address}/ws/live") as client,
        httpx.stream("GET", f"http://{address}/api/v1/live?topics={ALL}", timeout=SECONDS * 3) as stream,
    ):
        client.send(json.dumps({"type": "subscribe", "topics": [ALL]}))
        assert [frame["type"] for frame in frames(client, 2)] == ["hello", "subscribed"]
        lines = stream.iter_lines()
        while "event: subscribed" not in next(lines):
            pass
        process.terminate()
        notice = frames(client, 1)[0]
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=SECONDS)
        said = list(lines)  # to its end, which comes
    assert (notice["type"], notice["data"]["kind"]) == ("system.notice", "restart")
    assert 0 < notice["data"]["retry_after_ms"] <= 7000
    assert closed.value.rcvd.code == 1012
    assert "event: system.notice" in said
    assert any(line.startswith("retry: ") and 0 < int(line[7:]) <= 7000 for line in said)
    process.wait(20)


@pytest.mark.skipif(
    not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux alone lets a program say how long silence may last"
)
def test_a_stream_whose_client_has_silently_gone_is_found(address):
    """Less than the bound of its queue is sent to a client with a tiny window that never reads: the kernel
    gives it up, nobody else would."""
    host, port = address.split(":")
    gone = socket.socket()
    gone.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    gone.connect((host, int(port)))
    gone.sendall(f"GET /api/v1/live?topics={ALL} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
    head = b""
    while b"event: subscribed" not in head:
        head += gone.recv(512)
    assert _is_connected(int(port), gone.getsockname()[1])
    _write_burst(20, "x" * 6000)
    waiting = threading.Event()
    for _ in range(int(SECONDS * 3 / 0.1)):
        if not _is_connected(int(port), gone.getsockname()[1]):
            break
        waiting.wait(0.1)
    else:
        pytest.fail("the server still holds the connection")
    gone.close()


def _is_connected(port, peer):
    """Whether the server's end of the connection is established (proc(5), net/tcp: local, remote, state
    01)."""
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table][1:]
    return any(
        row[1].endswith(f":{port:04X}") and row[2].endswith(f":{peer:04X}") and row[3] == "01" for row in rows
    )


def test_a_client_that_never_reads_is_cut_off_and_the_others_are_not(address):
    """8 MB go out; what the kernel holds for the idle one is less, and the server holds no more than its
    bound."""
    host, port = address.split(":")
    idle = socket.create_connection((host, int(port)))
    idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 262_144)
    _shake_hands(idle, address)
    _send_text(idle, json.dumps({"type": "subscribe", "topics": [ALL]}))
    with connect(f"ws://{address}/ws/live") as client:
        client.send(json.dumps({"type": "subscribe", "topics": [ALL]}))
        assert [frame["type"] for frame in frames(client, 2)] == ["hello", "subscribed"]
        writer = threading.Thread(target=_write_burst, args=(1000, "x" * 8000))
        writer.start()
        assert [frame["offset"] for frame in frames(client, 1000)] == list(range(1, 1001))
        writer.join()
    idle.settimeout(SECONDS * 3)
    assert _read_to_the_end(idle) < 8_000_000
    idle.close()


def _write_burst(count, text):
    from django.db import connection, transaction
    from uuid_utils.compat import uuid7

    from outbox.services import record

    with transaction.atomic():
        record(
            NewChange(
                type="event.changed", object_type="event", object_id=uuid7(), topics=(ALL,), data={"t": text}
            )
            for _ in range(count)
        )
    connection.close()


def _shake_hands(raw, address):
    raw.sendall(
        f"GET /ws/live HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    answer = b""
    while b'"hello"' not in answer:
        block = raw.recv(1024)
        assert block, answer
        answer += block


def _send_text(raw, text):
    raw.sendall(bytes([0x81, 0x80 | len(text)]) + struct.pack(">I", 0) + text.encode())


def _read_to_the_end(raw):
    """Bytes received until the server closed, or reset, the connection."""
    total = 0
    try:
        while block := raw.recv(65536):
            total += len(block)
    except ConnectionResetError:
        pass
    return total


#: A request whose headers, and one whose body, do not end.
UNFINISHED = (
    b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    b"POST /api/v1/submissions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
)


def test_slow_clients_take_no_place_of_others(address):
    """Far more than a web process works on at once (REQUESTS_AT_ONCE) or has connections to the database."""
    host, port = address.split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(60)]
    try:
        for number, link in enumerate(slow):
            link.sendall(UNFINISHED[number % 2])
        for path in ("/healthz", "/api/v1/events", "/api/v1/cities"):
            assert httpx.get(f"http://{address}{path}", timeout=SECONDS * 3).status_code == 200
        for link in slow:
            link.sendall(b"a")  # they still wait: nothing was answered, none was cut off
            link.setblocking(False)
            with pytest.raises(BlockingIOError):
                link.recv(1)
    finally:
        for link in slow:
            link.close()
