"""The live feed behind Daphne as it is: frames go by ASGI's `send`, connections are Autobahn's.

`python -m benchmarks.plain_daphne`, with PORT. Beside `config.web` it says what writing to the sockets behind Twisted brings
(`realtime/transport/fast_send.py`).
"""

import os

from daphne.cli import CommandLineInterface

from config.web import address


def main() -> None:
    """Serve until a signal."""
    import config.asgi  # noqa: F401 - sets Django up
    from realtime.consumers import websocket

    websocket.fast_send_of = lambda send: None
    CommandLineInterface().run(
        ["-v", "0", *address("127.0.0.1", int(os.environ["PORT"])), "config.asgi:application"]
    )


if __name__ == "__main__":
    main()
