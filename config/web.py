"""The web process: `python -m config.web` is Daphne at HOST and PORT (127.0.0.1:8000), with a queue before its door that is long enough.

When a server comes back, thousands of readers do at once; Daphne's own command line lets 50 of them wait, and the kernel turns the others away.
"""

import os

from daphne.cli import CommandLineInterface
from daphne.endpoints import build_endpoint_description_strings

#: What may wait to be accepted; the kernel's own bound (net.core.somaxconn) is 4096 as well.
BACKLOG = 4096


def words(host: str, port: int) -> list[str]:
    """Daphne's command line."""
    [endpoint] = build_endpoint_description_strings(host=host, port=port)
    return ["-v", "0", "-e", f"{endpoint}:backlog={BACKLOG}", "config.asgi:application"]


def main() -> None:
    """Serve until a signal."""
    CommandLineInterface().run(words(os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)))


if __name__ == "__main__":
    main()
