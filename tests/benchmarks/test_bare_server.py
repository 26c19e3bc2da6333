"""The bare server that the live feed is measured against: it greets, confirms, and sends each change once to every reader."""

import json
import socket
import subprocess
import sys
import time

from benchmarks import bare_server
from benchmarks.live_readers import Endpoint, Readers


def test_every_reader_gets_every_change_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with subprocess.Popen([sys.executable, "-m", "benchmarks.bare_server", str(port)]) as server:
        try:
            until = time.monotonic() + 20
            while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < until:
                pass
            readers = Readers(Endpoint(port=port, says=(json.dumps({"type": "subscribe"}),)), 7)
            readers.connect()
            moments = [bare_server.send(port, {"n": number, "text": "x" * 300}) for number in range(3)]
            while len(readers.arrivals) < 21 and time.monotonic() < until:
                readers.step(0.05)
        finally:
            server.terminate()
    assert sorted(number for number, _ in readers.arrivals) == [0] * 7 + [1] * 7 + [2] * 7
    assert all(moment >= moments[number] for number, moment in readers.arrivals)
    assert (readers.duplicates, readers.closed) == (0, 0)
