"""The measure for the live feed: asyncio and the frames of RFC 6455, nothing else.

`python -m benchmarks.bare_server PORT`. It greets, confirms whatever a reader asks for, and writes the bytes of each change to every reader. A change is a
connection that begins with `CHANGE` and a line of JSON.
"""

import asyncio
import json
import socket
import sys
import time
from typing import Any, Final

from benchmarks.live_readers import text_frame

_HEAD: Final = b"\r\n\r\n"
#: The answer to the one key that the readers send (RFC 6455, 1.3).
_SWITCH: Final = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
_HELLO: Final = text_frame(b'{"type":"hello"}')
_READY: Final = text_frame(b'{"type":"subscribed"}')
_CHANGE: Final = b"CHANGE "

_readers: set[asyncio.Transport] = set()


class Reader(asyncio.Protocol):
    """One connection, of a reader or of one change."""

    def __init__(self) -> None:
        self._held = b""
        self._is_open = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._is_open:
            self._transport.write(_READY)
            return
        self._held += data
        if self._held.startswith(_CHANGE) and self._held.endswith(b"\n"):
            frame = text_frame(self._held[len(_CHANGE) :].strip())
            for reader in list(_readers):
                reader.write(frame)
            self._transport.close()
        elif self._held.endswith(_HEAD):
            self._is_open = True
            _readers.add(self._transport)
            self._transport.write(_SWITCH + _HELLO)

    def connection_lost(self, error: Exception | None) -> None:
        _readers.discard(self._transport)


def send(port: int, card: dict[str, Any]) -> float:
    """Send one change to every reader. Returns the moment (monotonic) before."""
    body = json.dumps({"type": "event.changed", "data": card}).encode()
    moment = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(_CHANGE + body + b"\n")
    return moment


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Reader, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
