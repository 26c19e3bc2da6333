"""Ports for servers that a test starts in another process."""

import random
import socket

#: Below those that the kernel hands out (from 32768), so that no connection takes one meanwhile.
RANGE = range(10_000, 32_000)
_kept: list[socket.socket] = []


def free_port() -> int:
    """A port of 127.0.0.1 that nobody else gets until this process ends.

    It stays bound here, without listening. SO_REUSEADDR, set only then, lets a server bind it too, but not
    programs that ask for a free one.
    """
    while True:
        kept = socket.socket()
        port = random.SystemRandom().choice(RANGE)
        try:
            kept.bind(("127.0.0.1", port))
        except OSError:
            kept.close()
            continue
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _kept.append(kept)
        return port
