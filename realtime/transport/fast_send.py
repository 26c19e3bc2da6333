"""The socket behind an ASGI server's `send`.

A frame that is encoded once could go to ten thousand sockets as it is, but every server encodes it anew for
each of them, and Daphne waits for the next turn of the loop as well: 60 to 90 µs a reader, where the system
call costs 10. So, for the servers that are known here, the prepared bytes are written to the transport
itself. RFC 6455 and RFC 7692 allow it: a server's frames are not masked, and a single message may stay
uncompressed whatever was negotiated. Any other server, a transport that is not plain, and a connection that
is closing get `None` or False: `send` it is.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from realtime.transport.backpressure import pending_bytes

#: Writes the bytes of one whole frame, in order with what went out before; False where it cannot now, and
#: nothing was written.
FastSend = Callable[[bytes], bool]

#: More than this before a socket, and its reader is slow: its frames wait in its own queue, which has a
#: bound.
MOST_PENDING = 64 * 1024


def fast_send_of(send: Callable[..., Any]) -> FastSend | None:
    """The wire of an accepted WebSocket, found behind the server's own `send`, which must not be wrapped."""
    if isinstance(send, partial) and send.args:
        return _twisted_fast_send(send)
    protocol: Any = getattr(send, "__self__", None)
    transport: Any = getattr(protocol, "transport", None)
    if hasattr(protocol, "close_sent") and hasattr(transport, "get_write_buffer_size"):
        return _asyncio_fast_send(protocol, transport)
    return None


def _asyncio_fast_send(protocol: Any, transport: asyncio.WriteTransport) -> FastSend:
    """uvicorn, with websockets or wsproto."""

    def write(data: bytes) -> bool:
        if protocol.close_sent or transport.is_closing() or transport.get_write_buffer_size() > MOST_PENDING:
            return False
        transport.write(data)
        return True

    return write


def _twisted_fast_send(send: "partial[Any]") -> FastSend | None:
    """Daphne. Twisted only ever writes in the next turn, after asking the selector twice; an idle socket is
    written to at once instead."""
    protocol: Any = send.args[0]
    transport: Any = getattr(protocol, "transport", None)
    if not all(hasattr(protocol, name) for name in ("state", "STATE_OPEN")) or not hasattr(
        transport, "writeSomeData"
    ):
        return None
    is_open = protocol.STATE_OPEN

    def write(data: bytes) -> bool:
        if protocol.state != is_open or not transport.connected or transport.disconnecting:
            return False
        waiting = pending_bytes(send)
        if waiting > MOST_PENDING:
            return False
        sent = 0 if waiting else transport.writeSomeData(data)
        if not isinstance(sent, int):  # the connection is lost, which Twisted finds when it reads
            return False
        if sent < len(data):
            transport.write(data[sent:])
        return True

    return write
