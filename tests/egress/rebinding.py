"""A name server on loopback that changes its answers (DNS packets over UDP, RFC 1035), and a resolver for it."""

import contextlib
import ipaddress
import secrets
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator, Sequence

from egress.guard import Resolver

A, AAAA = 1, 28
_HEAD = struct.Struct("!HHHHHH")
_RECORD = struct.Struct("!HHIH")  # type, class, time to live, length


class NameServer:
    """Answers for any name with the next of `rounds`, the last one repeatedly, with a time to live of 0.

    One round answers both A and AAAA. `asked` counts lookups by their A question: one for a program that
    resolves once.
    """

    def __init__(self, rounds: Sequence[Sequence[str]]) -> None:
        self._rounds = deque(rounds)
        self._now: Sequence[str] = ()
        self.asked = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop: a packet without a question ends the loop."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(timeout=10)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            packet, sender = self._socket.recvfrom(512)
            if not packet:
                return
            self._socket.sendto(self._answer(packet), sender)

    def _answer(self, packet: bytes) -> bytes:
        number = _HEAD.unpack_from(packet)[0]
        end = packet.index(b"\0", _HEAD.size) + 1
        kind = struct.unpack_from("!H", packet, end)[0]
        if kind == A:
            self.asked += 1
            self._now = self._rounds.popleft() if len(self._rounds) > 1 else self._rounds[0]
        wanted = {A: 4, AAAA: 6}[kind]
        data = [
            address.packed for address in map(ipaddress.ip_address, self._now) if address.version == wanted
        ]
        records = [b"\xc0\x0c" + _RECORD.pack(kind, 1, 0, len(each)) + each for each in data]
        return (
            _HEAD.pack(number, 0x8580, 1, len(data), 0, 0) + packet[_HEAD.size : end + 4] + b"".join(records)
        )


def ask(port: int, name: str, kind: int, seconds: float) -> list[str]:
    """The addresses from the name server on `port` for `name`."""
    labels = b"".join(bytes([len(label)]) + label for label in name.encode("ascii").split(b"."))
    number = secrets.randbelow(0x10000)
    question = _HEAD.pack(number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(max(seconds, 0.1))
        asking.sendto(question, ("127.0.0.1", port))
        answer = asking.recv(2048)
    count = _HEAD.unpack_from(answer)[3]
    place, found = len(question), []
    for _ in range(count):
        length = struct.unpack_from("!H", answer, place + 10)[0]
        found.append(str(ipaddress.ip_address(answer[place + 12 : place + 12 + length])))
        place += 12 + length
    return found


@contextlib.contextmanager
def rebinding(*rounds: Sequence[str]) -> Iterator[tuple[NameServer, Resolver]]:
    """A name server that answers with each of `rounds` in turn, and a resolver like getaddrinfo(3).

    A, then AAAA.
    """
    server = NameServer(rounds)

    def resolver(host: str, port: int, seconds: float) -> list[str]:
        return [*ask(server.port, host, A, seconds), *ask(server.port, host, AAAA, seconds)]

    try:
        yield server, resolver
    finally:
        server.close()
