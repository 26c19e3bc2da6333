"""The load generator of the live benchmarks.

Many bare WebSocket readers in one process, with one epoll and one thread. It shares two cores with the
server, so it does as little as possible: the frames of a change are the same bytes for every reader, so a
known block is recognized by its bytes, and only an unknown one is parsed.
"""

import json
import multiprocessing
import resource
import select
import socket
import struct
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

#: A process may open 20,000 files or more.
MOST_OF_ONE = 15_000
#: At most so many connections are being opened at once.
_AT_ONCE = 200
#: How often a connection that fails while opening is retried.
_TRIES = 3
_BLOCK = 65536
#: Connecting has failed after so long without any progress.
_PATIENCE = 60.0
#: After all messages have arrived, duplicates may still follow for this time.
_AFTERWARDS = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """Where the readers connect.

    `hosts` (28,000 connections each) and `paths` are used in turn; the messages `says` are sent in turn, each after its reader was greeted; a
    message of the type `ready` completes the connection.
    """

    port: int
    hosts: tuple[str, ...] = ("127.0.0.1",)
    paths: tuple[str, ...] = ("/ws/live",)
    says: tuple[str, ...] = ()
    ready: str = "subscribed"

    def handshake(self, path: str) -> bytes:
        return (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()


@dataclass(slots=True)
class Reader:
    """One connection.

    `held` is the beginning of an incomplete frame; bit N of `seen` is set when change N arrived.
    """

    link: socket.socket
    held: bytes = b""
    is_open: bool = False
    is_ready: bool = False
    tries: int = 1
    seen: int = 0


class Readers:
    """All readers.

    Opens `count` connections, then records the first arrival of each message at each reader, and counts
    repeats.
    """

    def __init__(self, endpoint: Endpoint, count: int) -> None:
        self._endpoint, self._wanted = endpoint, count
        self._poll = select.epoll()
        self._readers: dict[int, Reader] = {}
        self._handshakes = [endpoint.handshake(path) for path in endpoint.paths]
        self._opened = 0
        self._says = [_masked(text.encode()) for text in endpoint.says]
        self._greeted = 0
        self._known: dict[bytes, tuple[list[int], int]] = {}
        self.ready = 0
        self.closed = self.duplicates = 0
        self.arrivals: list[tuple[int, float]] = []

    def connect(self) -> float:
        """Open all connections.

        Returns the seconds until the last one was ready. Raises SystemExit where some fail.
        """
        began = last = time.monotonic()
        ready = coming = 0
        while self.ready < self._wanted:
            while coming < self._wanted and coming - self.ready < _AT_ONCE:
                self._open(tries=1)
                coming += 1
            self.step(1.0)
            if self.ready > ready:
                ready, last = self.ready, time.monotonic()
            elif time.monotonic() - last > _PATIENCE:
                raise SystemExit(f"only {self.ready} of {self._wanted} readers came in")
        return time.monotonic() - began

    def step(self, seconds: float) -> None:
        """Read what has arrived, waiting at most `seconds`."""
        ready = self._poll.poll(seconds, 1024)
        for number, event in ready:
            reader = self._readers[number]
            if event & select.EPOLLOUT:
                self._greet(number, reader)
                continue
            try:
                block = reader.link.recv(_BLOCK)
            except BlockingIOError:
                continue
            except OSError:
                block = b""
            now = time.monotonic()
            if not block:
                self._gone(number, reader)
            elif (
                not reader.held
                and (known := self._known.get(block)) is not None
                and not reader.seen & known[1]
            ):
                reader.seen |= known[1]
                for which in known[0]:
                    self.arrivals.append((which, now))
            else:
                self._take_apart(reader, block, now)

    def _open(self, *, tries: int) -> None:
        link = socket.socket()
        link.setblocking(False)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        hosts = self._endpoint.hosts
        link.connect_ex((hosts[link.fileno() % len(hosts)], self._endpoint.port))
        self._readers[link.fileno()] = Reader(link, tries=tries)
        self._poll.register(link, select.EPOLLOUT)

    def _greet(self, number: int, reader: Reader) -> None:
        try:
            reader.link.sendall(self._handshakes[self._opened % len(self._handshakes)])
            self._opened += 1
        except OSError:
            self._gone(number, reader)
        else:
            self._poll.modify(number, select.EPOLLIN)

    def _gone(self, number: int, reader: Reader) -> None:
        self._poll.unregister(number)
        del self._readers[number]
        reader.link.close()
        if reader.is_ready:
            self.closed += 1
        elif reader.tries < _TRIES:
            self._open(tries=reader.tries + 1)
        else:
            raise SystemExit("a reader was turned away")

    def _take_apart(self, reader: Reader, block: bytes, now: float) -> None:
        whole = reader.held == b""
        held = reader.held + block
        if not reader.is_open:
            head, found, held = held.partition(b"\r\n\r\n")
            if not found:
                reader.held = head
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise SystemExit(f"the server answers {head[:60]!r}")
            reader.is_open, whole = True, False
        numbers, plain = [], True
        while (cut := _frame(held)) is not None:
            kind, payload, held = cut
            number = self._message(reader, kind, payload)
            if number is None:
                plain = False
            else:
                numbers.append(number)
        reader.held = held
        for number in numbers:
            self._arrived(reader, number, now)
        if plain and whole and not held and len(set(numbers)) == len(numbers):
            self._known[block] = numbers, sum(1 << number for number in numbers)

    def _arrived(self, reader: Reader, number: int, now: float) -> None:
        """A repeat is no delivery, and does not replace a lost message."""
        if reader.seen >> number & 1:
            self.duplicates += 1
        else:
            reader.seen |= 1 << number
            self.arrivals.append((number, now))

    def _message(self, reader: Reader, kind: int, payload: bytes) -> int | None:
        """The number of the change in a frame, if it is one; other messages are answered."""
        if kind == 9:  # ping: a pong with the same bytes
            reader.link.send(bytes([0x8A, 0x80 | len(payload)]) + bytes(4) + payload)
        if kind != 1:
            return None
        body = json.loads(payload)
        if body["type"] == "hello" and self._says:
            reader.link.send(self._says[self._greeted % len(self._says)])
            self._greeted += 1
        if body["type"] == self._endpoint.ready and not reader.is_ready:
            reader.is_ready = True
            self.ready += 1
        return int(body["data"]["n"]) if body["type"].startswith("event.") else None


def _frame(held: bytes) -> tuple[int, bytes, bytes] | None:
    """Opcode, payload and the rest after the first complete frame (RFC 6455, 5.2)."""
    if len(held) < 2:
        return None
    size, start = held[1] & 0x7F, 2
    if size >= 126:
        wide, start = (">H", 4) if size == 126 else (">Q", 10)
        if len(held) < start:
            return None
        size = struct.unpack_from(wide, held, 2)[0]
    if len(held) < start + size:
        return None
    return held[0] & 0x0F, held[start : start + size], held[start + size :]


def text_frame(text: bytes) -> bytes:
    """A server's text frame of less than 64 kB."""
    head = bytes([len(text)]) if len(text) < 126 else struct.pack(">BH", 126, len(text))
    return b"\x81" + head + text


def _masked(text: bytes) -> bytes:
    """A client's text frame; a mask of zeros leaves the text unchanged."""
    head = bytes([0x80 | len(text)]) if len(text) < 126 else struct.pack(">BH", 0x80 | 126, len(text))
    return b"\x81" + head + bytes(4) + text


class Crowd:
    """`connections` readers in other processes, at most MOST_OF_ONE in each."""

    def __init__(self, endpoint: Endpoint, connections: int) -> None:
        context = multiprocessing.get_context("spawn")
        parts = -(-connections // MOST_OF_ONE)
        self._processes, self._pipes = [], []
        self._counts = [connections // parts + (part < connections % parts) for part in range(parts)]
        for count in self._counts:
            ours, theirs = context.Pipe()
            process = context.Process(target=_listen, args=(theirs, endpoint, count), daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
            self._pipes.append(ours)

    def connect_seconds(self) -> float:
        """Seconds until the last one was subscribed. Raises SystemExit where some never were."""
        try:
            return max(float(pipe.recv()) for pipe in self._pipes)
        except EOFError:
            raise SystemExit("nocturne: not all readers came in") from None

    def tally(self, messages: int, patience: float = 15.0) -> "Tally":
        """What arrived, shortly after all `messages` at each reader, or after `patience` seconds without news."""
        for pipe, count in zip(self._pipes, self._counts, strict=True):
            pipe.send((messages * count, patience))
        found: list[Tally] = [pipe.recv() for pipe in self._pipes]
        for process in self._processes:
            process.join(30)
        return Tally(
            [arrival for each in found for arrival in each.arrivals],
            sum(each.duplicates for each in found),
            sum(each.closed for each in found),
            sum(each.cpu_seconds for each in found),
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """The result of the readers.

    For each message of each reader its first arrival: number and moment (monotonic clock, the same in all
    processes); how often one was repeated; lost connections; the load generator's seconds of processor time
    after all were connected.
    """

    arrivals: list[tuple[int, float]] = field(repr=False)
    duplicates: int
    closed: int
    cpu_seconds: float


def allow_all_files() -> None:
    """Let this process, and those that it starts, open as many files as the kernel allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _listen(pipe: Connection, endpoint: Endpoint, connections: int) -> None:
    allow_all_files()
    readers = Readers(endpoint, connections)
    pipe.send(readers.connect())
    busy = time.process_time()
    expected, patience = 1 << 62, 0.0
    held, last = -1, time.monotonic()
    while len(readers.arrivals) < expected:
        readers.step(0.05)
        if patience == 0.0:
            if not pipe.poll():
                continue
            expected, patience = pipe.recv()
            last = time.monotonic()
        if len(readers.arrivals) != held:
            held, last = len(readers.arrivals), time.monotonic()
        elif time.monotonic() - last > patience:
            break
    until = time.monotonic() + _AFTERWARDS  # for repeats
    while (left := until - time.monotonic()) > 0:
        readers.step(left)
    pipe.send(Tally(readers.arrivals, readers.duplicates, readers.closed, time.process_time() - busy))


def percentile(values: list[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(values)
    return (
        round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 1)
        if ordered
        else float("nan")
    )
