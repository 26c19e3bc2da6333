"""How many bytes a server still buffers for a connection.

uvicorn's `send` waits while the client does not read. Daphne's `send` never waits: it fills Twisted's buffer, which has
no bound. The size of that buffer is read here, so that a client that never reads cannot fill the memory.
"""

from collections.abc import Callable
from functools import partial
from typing import Any


def pending_bytes(send: Callable[..., Any]) -> int:
    """Bytes that Daphne buffers behind `send`, which must not be wrapped.

    0 for servers whose `send` waits.
    """
    if not isinstance(send, partial) or not send.args:
        return 0
    protocol = send.args[0]
    channel = getattr(protocol, "channel", None)
    transport = getattr(channel or protocol, "transport", None)
    held = getattr(transport, "dataBuffer", b"")
    return len(held) - int(getattr(transport, "offset", 0)) + int(getattr(transport, "_tempDataLen", 0))
