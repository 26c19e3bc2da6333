"""Two functions that ASGI lacks.

One closes a WebSocket behind Daphne with any code; the other bounds how long the kernel waits for a client
that has gone silently. Both use the server's own objects behind `send`, which must not be wrapped. For an
unknown server they do nothing special.
"""

import socket
from collections.abc import Callable
from functools import partial
from typing import Any


async def close(send: Callable[..., Any], code: int, reason: str) -> None:
    """Close an accepted WebSocket with `code`.

    Daphne's own method fails for codes of RFC 6455 above 1000, such as 1012.
    """
    protocol: Any = send.args[0] if isinstance(send, partial) and send.args else None
    if hasattr(protocol, "sendCloseFrame"):
        if protocol.state == protocol.STATE_OPEN:
            protocol.sendCloseFrame(code=code, reasonUtf8=reason.encode())
        return
    await send({"type": "websocket.close", "code": code, "reason": reason})


def bound_silence(send: Callable[..., Any], seconds: float) -> bool:
    """Let the kernel end a connection whose client acknowledges nothing for `seconds`.

    By TCP_USER_TIMEOUT (Linux). With the heartbeat this finds half-open event streams. Returns whether the
    option could be set.
    """
    found = _socket_of(send)
    if found is None or not hasattr(socket, "TCP_USER_TIMEOUT"):
        return False
    try:
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))
    except OSError:  # not TCP: a Unix socket from a proxy on this machine
        return False
    return True


def _socket_of(send: Callable[..., Any]) -> Any:
    owner = send.args[0] if isinstance(send, partial) and send.args else getattr(send, "__self__", None)
    transport: Any = getattr(getattr(owner, "channel", None) or owner, "transport", None)
    if hasattr(transport, "getHandle"):  # Twisted, which forgets the socket of a client that has gone
        return getattr(transport, "socket", None)
    return transport.get_extra_info("socket") if hasattr(transport, "get_extra_info") else None
