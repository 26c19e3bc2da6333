"""How much a server still holds for a connection.

uvicorn's `send` waits while the client does not read. Daphne's never waits: it hands all to Twisted's buffer,
which has no bound. So that a reader that never reads cannot fill the memory there, the buffer behind Daphne's
`send` is looked at.
"""

from collections.abc import Callable
from functools import partial
from typing import Any


def pending_bytes(send: Callable[..., Any]) -> int:
    """Bytes that Daphne holds behind `send`, which must not be wrapped; 0 for servers that wait by
    themselves."""
    if not isinstance(send, partial) or not send.args:
        return 0
    protocol = send.args[0]
    channel = getattr(protocol, "channel", None)
    transport = getattr(channel or protocol, "transport", None)
    held = getattr(transport, "dataBuffer", b"")
    return len(held) - int(getattr(transport, "offset", 0)) + int(getattr(transport, "_tempDataLen", 0))
