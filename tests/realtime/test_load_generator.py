"""The load generator of the benchmarks is correct.

Repeats do not replace lost messages, and a failing server is reported.
"""

import argparse
import json
import select
import socket
import struct
import subprocess

import pytest

from benchmarks import fanout
from benchmarks.live_readers import Endpoint, Reader, Readers
from benchmarks.live_stage import SERVERS


def frame(number):
    text = json.dumps({"type": "event.changed", "data": {"n": number}}).encode()
    return struct.pack(">BB", 0x81, len(text)) + text


class Line:
    """One connected reader, and the server's end of its connection."""

    def __init__(self, readers):
        self.server, ours = socket.socketpair()
        ours.setblocking(False)
        readers._readers[ours.fileno()] = Reader(ours, is_open=True, is_ready=True)
        readers._poll.register(ours, select.EPOLLIN)
        self.readers, self.link = readers, ours

    def say(self, *blocks):
        """Send blocks that are read separately."""
        for block in blocks:
            self.server.sendall(block)
            self.readers.step(5)

    def close(self):
        self.server.close()
        self.link.close()


@pytest.fixture
def readers():
    return Readers(Endpoint(port=0), 2)


def test_a_frame_that_comes_twice_hides_no_lost_one(readers):
    one, two = Line(readers), Line(readers)
    one.say(frame(0), frame(1), frame(2))
    two.say(frame(0), frame(0), frame(1) + frame(1), frame(0) + frame(1))  # 2 never comes
    assert sorted(number for number, _ in readers.arrivals) == [0, 0, 1, 1, 2]
    assert readers.duplicates == 4
    one.say(frame(0) + frame(1))  # a block that is known, with what this reader has already
    assert (len(readers.arrivals), readers.duplicates) == (5, 6)
    for line in (one, two):
        line.close()


def test_blocks_that_are_known_and_frames_in_pieces_count_as_any(readers):
    one, two = Line(readers), Line(readers)
    one.say(frame(0) + frame(1), frame(2)[:9], frame(2)[9:])
    two.say(frame(0) + frame(1), frame(2))
    assert sorted(number for number, _ in readers.arrivals) == [0, 0, 1, 1, 2, 2]
    assert readers.duplicates == 0
    for line in (one, two):
        line.close()


@pytest.mark.parametrize("broken", ["nchan", "daphne"])
def test_a_server_that_fails_is_not_left_out_in_silence(broken, monkeypatch, capsys):
    row = {"connections": 5, "delivered": 5, "lost": 0}

    def run(words, **options):
        server = words[words.index("--server") + 1]
        return subprocess.CompletedProcess(
            words, int(server == broken), "" if server == broken else json.dumps(row) + "\n"
        )

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("sys.argv", ["fanout", "--server", "all"])
    with pytest.raises(SystemExit, match=rf"not measured.*: {broken}$"):
        fanout.main()
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == row
    asked = argparse.Namespace(connections=5, messages=1, pause=0, repeat=2)
    assert [len(fanout.repeated(server, asked)) for server in SERVERS] == [
        0 if server == broken else 2 for server in SERVERS
    ]
