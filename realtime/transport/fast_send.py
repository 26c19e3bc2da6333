"""Fast send: writes prepared bytes to the transport behind an ASGI server's `send`.

A frame is encoded once for all readers, but every server encodes it again for each reader, and Daphne also waits for
the next turn of the event loop. That costs 60 to 90 µs a reader; the system call costs 10. So for Daphne and uvicorn
the prepared bytes go to the transport itself. RFC 6455 and RFC 7692 allow it: a server does not mask its frames, and a
single message may stay uncompressed. For any other server `fast_send_of` returns None, and for a transport that cannot
take the bytes the write returns False: the caller then uses `send`.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from realtime.transport.backpressure import pending_bytes

#: Writes one whole frame after everything sent before. False where nothing was written.
FastSend = Callable[[bytes], bool]

#: A reader with more than this many bytes before its socket is slow: its frames wait in its own bounded queue.
MOST_PENDING = 64 * 1024


def fast_send_of(send: Callable[..., Any]) -> FastSend | None:
    """The fast send of an accepted WebSocket. `send` must be the server's own, not wrapped."""
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
    """Daphne.

    Twisted writes only in the next turn of its loop, after two calls of the selector. An idle socket is
    written to at once instead, past Twisted, whose four calls for it take a tenth of the time of a frame.
    """
    protocol: Any = send.args[0]
    transport: Any = getattr(protocol, "transport", None)
    # the socket must be its own: a transport with TLS passes on the names of the one below it
    if (
        not all(hasattr(protocol, name) for name in ("state", "STATE_OPEN"))
        or "socket" not in getattr(transport, "__dict__", {})
        or not all(hasattr(transport, name) for name in ("dataBuffer", "_tempDataLen", "write"))
    ):
        return None
    is_open = protocol.STATE_OPEN
    to_socket = transport.socket.send

    def write(data: bytes) -> bool:
        # a connection that is lost, or was told to close, is no longer open
        if protocol.state != is_open:
            return False
        sent = 0
        if transport.dataBuffer or transport._tempDataLen:
            if pending_bytes(send) > MOST_PENDING:
                return False
        else:
            try:
                sent = to_socket(data)
            except BlockingIOError:
                pass
            except OSError:  # the connection is lost; Twisted notices at its next read
                return False
        if sent < len(data):
            transport.write(data[sent:])
        return True

    return write
