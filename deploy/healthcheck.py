"""Exit 0 when this container is well. Only the standard library, so that it costs little.

`python deploy/healthcheck.py [PATH]`: the web process answers PATH (/healthz) with 200.
`python deploy/healthcheck.py --pulse [SECONDS]`: a worker or beat touched the file NOCTURNE_PULSE within SECONDS (300).
"""

import http.client
import os
import sys
import time

#: A worker touches its file every 15 s, and not while the broker is away.
_PULSE_SECONDS = 300.0


def healthy(port: int, host: str, *, path: str = "/healthz", timeout: float = 4) -> bool:
    """Whether `path` on loopback answers 200. `host` is a name that ALLOWED_HOSTS has."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def has_pulse(path: str, seconds: float = _PULSE_SECONDS) -> bool:
    """Whether the file was touched within so many seconds."""
    try:
        return time.time() - os.stat(path).st_mtime < seconds
    except OSError:
        return False


def main(words: list[str]) -> int:
    """The exit code."""
    if words[:1] == ["--pulse"]:
        seconds = float(words[1]) if len(words) > 1 else _PULSE_SECONDS
        return 0 if has_pulse(os.environ.get("NOCTURNE_PULSE", ""), seconds) else 1
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    path = words[0] if words else "/healthz"
    return 0 if healthy(int(os.environ.get("PORT", "8000")), name, path=path) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
