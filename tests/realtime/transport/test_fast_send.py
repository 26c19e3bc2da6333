"""Prepared frames on the socket itself, and for which servers. Real servers: test_servers.py."""

from functools import partial
from types import SimpleNamespace

import pytest
from websockets.frames import Opcode
from websockets.streams import StreamReader

from realtime.feed.protocol import Frame, Subscribe, read_command
from realtime.nchan.engine_state import EngineState
from realtime.nchan.gate import start_of, suits
from realtime.transport.fast_send import MOST_PENDING, fast_send_of

PLACE = "0198c0de-0000-7000-8000-000000000001"


@pytest.mark.parametrize("length", [0, 60, 125, 126, 65_535, 65_536, 70_000])
def test_a_prepared_frame_is_one_that_a_websocket_library_reads(length):
    from websockets.frames import Frame as Read

    frame = Frame({"type": "t", "text": "é" * (length // 2)})
    source = StreamReader()
    source.feed_data(frame.socket_bytes)
    step = Read.parse(source.read_exact, mask=False, max_size=None)
    with pytest.raises(StopIteration) as done:
        next(step)
    assert (done.value.value.opcode, done.value.value.fin, done.value.value.data) == (
        Opcode.TEXT,
        True,
        frame.text.encode(),
    )


class Uvicorn:
    """uvicorn as seen by its transport."""

    close_sent = False

    def __init__(self):
        self.written, self.pending, self.closing = [], 0, False
        self.transport = SimpleNamespace(
            is_closing=lambda: self.closing,
            get_write_buffer_size=lambda: self.pending,
            write=self.written.append,
        )

    async def send(self, message):
        raise AssertionError


def test_behind_uvicorn_frames_go_out_until_the_socket_is_full_or_closing():
    server = Uvicorn()
    fast_send = fast_send_of(server.send)
    assert fast_send(b"one")
    server.pending = MOST_PENDING + 1
    assert not fast_send(b"two")
    server.pending, server.close_sent = 0, True
    assert not fast_send(b"three")
    server.close_sent, server.closing = False, True
    assert not fast_send(b"four")
    assert server.written == [b"one"]


def daphne(*, takes=1000):
    transport = SimpleNamespace(
        connected=True,
        disconnecting=False,
        dataBuffer=b"",
        offset=0,
        _tempDataLen=0,
        sent=[],
        later=[],
        takes=takes,
    )

    def send(data):
        if transport.error:
            raise transport.error
        transport.sent.append(data[: transport.takes])
        return min(len(data), transport.takes)

    transport.socket, transport.error = SimpleNamespace(send=send), None
    transport.write = transport.later.append
    protocol = SimpleNamespace(state=3, STATE_OPEN=3, transport=transport)
    return protocol, transport, fast_send_of(partial(print, protocol))


def test_behind_daphne_an_idle_socket_takes_the_frame_at_once_and_twisted_the_rest():
    protocol, transport, fast_send = daphne(takes=3)
    assert fast_send(b"onetwo")
    assert (transport.sent, transport.later) == ([b"one"], [b"two"])
    transport._tempDataLen = 3
    assert fast_send(b"three")
    assert transport.later == [b"two", b"three"]
    transport._tempDataLen = MOST_PENDING + 1
    assert not fast_send(b"four")
    transport._tempDataLen, protocol.state = 0, 1
    assert not fast_send(b"five")


def test_a_lost_connection_and_an_unknown_server_take_nothing():
    _, transport, fast_send = daphne()
    transport.error = ConnectionResetError("lost")
    assert not fast_send(b"one")
    assert transport.later == []
    transport.error = BlockingIOError("the client does not read")
    assert fast_send(b"two")
    assert transport.later == [b"two"]

    async def send(message):
        raise AssertionError

    assert fast_send_of(send) is None
    assert fast_send_of(partial(print, SimpleNamespace(transport=None))) is None


def test_nothing_is_written_past_tls():
    class Tls:
        """As in Twisted, every other name is that of the transport below."""

        def __init__(self, below):
            self.transport = below

        def __getattr__(self, name):
            return getattr(self.transport, name)

    protocol, transport, _ = daphne()
    protocol.transport = Tls(transport)
    assert protocol.transport.socket is transport.socket
    assert fast_send_of(partial(print, protocol)) is None


@pytest.mark.parametrize(
    ("topics", "more", "engine"),
    [
        (["events:all"], {}, True),
        (["events:city:pune"], {"after": 3}, True),
        ([f"events:event:{PLACE}", f"events:event:{PLACE[:-1]}2"], {}, True),
        (["events:all", "events:city:pune"], {}, False),
        (["events:city:pune", f"events:event:{PLACE}"], {}, False),
        (["events:all"], {"filters": {"q": "jazz"}}, False),
        (["events:all"], {"batch": True}, False),
        (["user:me"], {}, False),
        ([f"place:{PLACE}"], {}, True),
        (["events:city:pune", "weather:pune"], {}, True),
        ([f"events:event:{PLACE}", "weather:pune", f"place:{PLACE}"], {}, True),
        (["events:all", "events:city:pune", "weather:pune"], {}, False),
        (["events:city:pune", "user:me"], {}, False),
        (["desk:queue"], {}, False),
    ],
)
def test_the_engine_gets_only_what_it_can_tell_exactly(topics, more, engine):
    import json

    asked = read_command(json.dumps({"type": "subscribe", "topics": topics, **more}))
    assert isinstance(asked, Subscribe)
    assert suits(asked) is engine


@pytest.mark.parametrize(
    ("ids", "start"),
    [
        ({}, ""),
        ({"b": "7:0"}, "7:-,-,-,[0]"),
        ({"a": "7:4", "b": "7:2"}, "7:-,-,[4],2"),
        ({"a": "6:9", "b": "7:2"}, "7:-,-,-,[2]"),
    ],
)
def test_the_engine_begins_after_the_newest_second(ids, start):
    assert start_of(["a", "b"], EngineState(epoch="e", offset=1, ids=ids), greetings=2) == start
    if start:
        assert start_of(["a", "b"], EngineState(epoch="e", offset=1, ids=ids), greetings=3) == start.replace(
            ":", ":-,"
        )
