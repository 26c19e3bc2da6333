"""Answers that are too large, too slow or not HTTP."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest
from pytest_httpserver import HTTPServer

from egress.client import GuardedClient
from egress.exceptions import BadAnswer, ConnectFailed, TimedOut, TooLarge
from tests.egress.conftest import RawServer

MakeHttp = Callable[..., GuardedClient]
RawStart = Callable[..., RawServer]
MIB = 1024 * 1024


@pytest.mark.parametrize(("size", "fits"), [(MIB, True), (MIB + 1, False)])
def test_the_announced_and_the_chunked_size_are_limited(
    make_http: MakeHttp, raw_server: RawStart, size: int, fits: bool
) -> None:
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (size, b"x" * size)
    for head, body in ((b"Content-Length: %d" % size, b"x" * size), (b"Transfer-Encoding: chunked", chunk)):
        server = raw_server(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n", body)
        http = make_http(max_received=MIB, max_decoded=MIB)
        if fits:
            assert len(http.get(server.url).content) == size
        else:
            with pytest.raises(TooLarge) as error:
                http.get(server.url)
            assert error.value.permanent


def test_an_endless_answer_is_cut_at_the_limit(make_http: MakeHttp, raw_server: RawStart) -> None:
    def endless(request: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield b"x" * 65536

    server = raw_server(by=endless)
    with pytest.raises(TooLarge):
        make_http(max_received=MIB).get(server.url)
    server.close()
    assert server.sent < 40 * MIB


def test_an_announced_size_that_is_too_large_is_not_read(make_http: MakeHttp, raw_server: RawStart) -> None:
    server = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")
    with pytest.raises(TooLarge, match="announced"):
        make_http().get(server.url)


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("gzip, gzip", lambda d: gzip.compress(gzip.compress(d))),
    ],
)
def test_bombs_are_cut_while_streaming(
    make_http: MakeHttp, httpserver: HTTPServer, coding: str, pack: Callable[[bytes], bytes]
) -> None:
    httpserver.expect_request("/").respond_with_data(
        pack(b"\0" * 100 * MIB), headers={"Content-Encoding": coding}
    )
    http = make_http(max_decoded=2 * MIB)
    tracemalloc.start()
    with pytest.raises(TooLarge, match="decodes to more"):
        http.get(httpserver.url_for("/"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * MIB


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "compress", "gzip, gzip, gzip"])
def test_a_broken_or_unknown_coding_is_a_bad_answer(
    make_http: MakeHttp, httpserver: HTTPServer, coding: str
) -> None:
    httpserver.expect_request("/").respond_with_data("plain text", headers={"Content-Encoding": coding})
    with pytest.raises(BadAnswer) as error:
        make_http().get(httpserver.url_for("/"))
    assert not error.value.permanent


def test_a_compressed_answer_arrives_decoded(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(
        gzip.compress(b"calendar"), headers={"Content-Encoding": "gzip"}
    )
    assert make_http().get(httpserver.url_for("/")).content == b"calendar"


@pytest.mark.parametrize(
    "said",
    [
        b"I am no web server\r\n\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a chunk",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    ],
)
def test_bytes_that_are_no_http_are_a_bad_answer(
    make_http: MakeHttp, raw_server: RawStart, said: bytes
) -> None:
    with pytest.raises((BadAnswer, ConnectFailed)):
        make_http().get(raw_server(said).url)


def test_a_server_that_says_nothing_times_out(
    make_http: MakeHttp, raw_server: RawStart, release: Callable[[bytes], Iterator[bytes]]
) -> None:
    with pytest.raises(TimedOut, match=r"nothing came for 0\.05 s"):
        make_http(read_timeout=0.05).get(raw_server(by=release).url)


def test_a_server_that_does_not_finish_the_handshake_times_out(
    make_http: MakeHttp, raw_server: RawStart, release: Callable[[bytes], Iterator[bytes]]
) -> None:
    server = raw_server(by=release)
    with pytest.raises(TimedOut, match=r"no connection after 0\.05 s"):
        make_http(connect_timeout=0.05).get(server.url.replace("http", "https"))


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_meets_the_deadline(
    make_http: MakeHttp, raw_server: RawStart, head: bytes
) -> None:
    """Each look at the clock costs a second: the drip never pauses long enough for the read timeout, yet ends
    with the total."""
    ticks = iter(range(10_000))

    def drip(request: bytes) -> Iterator[bytes]:
        yield head or b"HTTP/1.1 200 OK\r\n"
        while True:
            yield b"X-Drip: 1\r\n"

    server = raw_server(by=drip)
    with pytest.raises(TimedOut, match="not done after 8 s"):
        make_http(total_timeout=8, clock=lambda: float(next(ticks))).get(server.url)


def test_time_spent_waiting_for_our_own_limits_does_not_count(
    make_http: MakeHttp, httpserver: HTTPServer
) -> None:
    moment = [0.0]

    def sleep(seconds: float) -> None:
        moment[0] += seconds

    httpserver.expect_request("/").respond_with_data("ok")
    http = make_http(
        rate=1,
        rate_window=30,
        total_timeout=5,
        clock=lambda: moment[0],
        sleep=sleep,
        limiter=_limiter(lambda: moment[0]),
    )
    assert [http.get(httpserver.url_for("/")).content for _ in range(2)] == [b"ok", b"ok"]
    assert moment[0] == pytest.approx(30)


def _limiter(clock: Callable[[], float]) -> object:
    from egress.limits import MemoryLimiter

    return MemoryLimiter(clock=clock)


@pytest.fixture
def release() -> Iterator[Callable[[bytes], Iterator[bytes]]]:
    """An answer that never begins until the test is over."""
    import threading

    over = threading.Event()

    def parts(request: bytes) -> Iterator[bytes]:
        over.wait(30)
        yield b""

    yield parts
    over.set()
