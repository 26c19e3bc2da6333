"""The web process.

`python -m config.web` is Daphne at HOST and PORT (127.0.0.1:8000) with a long accept queue.

When a server comes back, thousands of readers do at once. With Daphne's own command line the queue has 50
places, and the kernel refuses the others.
"""

import os
from collections.abc import Sequence
from typing import Any

from autobahn.websocket import protocol as autobahn
from daphne import http_protocol, server, ws_protocol
from daphne.cli import CommandLineInterface
from daphne.endpoints import build_endpoint_description_strings

#: The length of the accept queue; the kernel's own limit (net.core.somaxconn) is 4096 as well.
BACKLOG = 4096
#: The longest WebSocket message before the application refuses it (above 16 kB). Daphne's default is 1 MB.
LARGEST_MESSAGE = 64 * 1024


class WebRequest(http_protocol.WebRequest):  # type: ignore[misc]  # Daphne has no types
    """A request whose form Django alone reads.

    Twisted would read each form a second time, and close the connection with a bare 400 where one cannot be read.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options, parsePOSTFormSubmission=False)


class WebSocket(ws_protocol.WebSocketProtocol):  # type: ignore[misc]  # as above
    """A WebSocket whose settings, those of the server, are attributes of its class.

    Autobahn copies each of the 32 that the class lacks into every connection, which takes 2 kB.
    """


class WebSocketFactory(ws_protocol.WebSocketFactory):  # type: ignore[misc]  # as above
    """Makes them."""

    protocol = WebSocket

    def setProtocolOptions(self, **options: Any) -> None:  # noqa: N802 - Autobahn's name
        """Set the settings, which all connections share."""
        super().setProtocolOptions(**options)
        for name in WebSocket.CONFIG_ATTRS:
            value = getattr(self, name)
            setattr(WebSocket, name, staticmethod(value) if callable(value) else value)


def _unformatted(settings: Any) -> Any:
    """Autobahn formats the settings of each connection for a debug line that is not written: an eighth of the time in which one opens."""
    return settings


def address(host: str, port: int) -> list[str]:
    """Daphne's options for a port of its own."""
    [endpoint] = build_endpoint_description_strings(host=host, port=port)
    return ["-e", f"{endpoint}:backlog={BACKLOG}"]


def shared(socket: int) -> list[str]:
    """Daphne's options for a listening socket that other processes have, too (its number as a file)."""
    return ["--fd", str(socket)]


def serve(where: Sequence[str]) -> None:
    """Serve until a signal."""
    # Daphne and Autobahn have no setting for these
    http_protocol.WebRequest = WebRequest
    server.WebSocketFactory = WebSocketFactory
    autobahn.pformat = _unformatted  # type: ignore[attr-defined, assignment]
    limits = [
        "--websocket-max-message-size",
        str(LARGEST_MESSAGE),
        "--websocket-max-frame-size",
        str(LARGEST_MESSAGE),
    ]
    CommandLineInterface().run(["-v", "0", *limits, *where, "config.asgi:application"])


def main() -> None:
    """Serve at HOST and PORT."""
    os.environ["NOCTURNE_WATCH"] = "1"
    serve(address(os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)))


if __name__ == "__main__":
    main()
