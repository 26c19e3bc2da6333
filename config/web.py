"""The web process: `python -m config.web` is Daphne at HOST and PORT (127.0.0.1:8000), with a queue before
its door that is long enough.

When a server comes back, thousands of readers do at once; Daphne's own command line lets 50 of them wait, and
the kernel turns the others away.
"""

import os

from daphne.cli import CommandLineInterface
from daphne.endpoints import build_endpoint_description_strings

#: What may wait to be accepted; the kernel's own bound (net.core.somaxconn) is 4096 as well.
BACKLOG = 4096
#: What a WebSocket may send at most, before the application sees it and answers for what is over 16 kB.
#: Daphne alone takes 1 MB.
LARGEST_MESSAGE = 64 * 1024


def words(host: str, port: int) -> list[str]:
    """Daphne's command line."""
    [endpoint] = build_endpoint_description_strings(host=host, port=port)
    limits = [
        "--websocket-max-message-size",
        str(LARGEST_MESSAGE),
        "--websocket-max-frame-size",
        str(LARGEST_MESSAGE),
    ]
    return ["-v", "0", *limits, "-e", f"{endpoint}:backlog={BACKLOG}", "config.asgi:application"]


def main() -> None:
    """Serve until a signal."""
    CommandLineInterface().run(
        words(os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000))
    )


if __name__ == "__main__":
    main()
