"""`make health`: what the running site says of itself, for people. Exit 0 where all is ready.

`healthcheck.py` is the container's probe: a word alone, every few seconds, with as little as can be.

It asks /healthz and /readyz at HOST and PORT, in containers from inside the web container (`docker compose exec`).
"""

import http.client
import json
import os
import sys
from typing import Final

_SECONDS: Final = 10


def ask(host: str, port: int, path: str, name: str) -> tuple[int, str]:
    """Status and text; status 0 with the reason where nobody answers."""
    connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": name, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.read(100_000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, f"{type(error).__name__}: {error}"
    finally:
        connection.close()


def main() -> int:
    """Print a line for each part. Returns the exit code."""
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
    name = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip(".")
    host = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 (where it listens, not where we ask)
    alive, said = ask(host, port, "/healthz", name)
    if alive != 200:
        print(f"web at {host}:{port}: {alive or 'no answer'} ({said.strip()[:200]})")
        return 1
    print(f"web at {host}:{port}: answers")
    status, text = ask(host, port, "/readyz", name)
    try:
        checks = json.loads(text)["checks"]
    except (ValueError, KeyError):
        checks = {"readyz": f"status {status}"}
    for part, answer in checks.items():
        print(f"{part}: {answer}")
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
