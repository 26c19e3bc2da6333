"""The web process.

`python -m config.web` is Daphne at HOST and PORT (127.0.0.1:8000) with a long accept queue.

When a server comes back, thousands of readers do at once. With Daphne's own command line the queue has 50
places, and the kernel refuses the others.
"""

import os

from daphne.cli import CommandLineInterface
from daphne.endpoints import build_endpoint_description_strings

#: The length of the accept queue; the kernel's own limit (net.core.somaxconn) is 4096 as well.
BACKLOG = 4096
#: The longest WebSocket message before the application refuses it (above 16 kB). Daphne's default is 1 MB.
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
    os.environ["NOCTURNE_WATCH"] = "1"
    CommandLineInterface().run(
        words(os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000))
    )


if __name__ == "__main__":
    main()
