"""Exit 0 when the web process of this container answers /healthz. Only the standard library, so that it costs
little."""

import http.client
import os
import sys


def healthy(port: int, host: str, *, timeout: float = 4) -> bool:
    """Whether /healthz on loopback answers 200. `host` is a name that ALLOWED_HOSTS has."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    sys.exit(0 if healthy(int(os.environ.get("PORT", "8000")), name) else 1)
