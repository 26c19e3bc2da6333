"""An HTTP client for servers on this machine, in memory and without real waits; and answers of such a server."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from egress.client import GuardedClient
from egress.limits import MemoryBreaker, MemoryLimiter
from egress.records import RequestPolicy
from egress.robots import Robots

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


@contextmanager
def local_http() -> Iterator[GuardedClient]:
    """An HTTP client that may reach loopback, and that sleeps by moving its clock."""
    now = [1_000_000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    http = GuardedClient(
        RequestPolicy(obey_robots=False, rate=10_000),
        validators={},
        limiter=MemoryLimiter(clock=lambda: now[0]),
        robots=Robots(),
        breaker=MemoryBreaker(clock=lambda: now[0]),
        allow_loopback=True,
        sleep=sleep,
    )
    try:
        yield http
    finally:
        http.close()


def sample(name: str) -> bytes:
    """A file of the fixtures."""
    return (FIXTURES / name).read_bytes()


def serve(server: HTTPServer, path: str, pages: Mapping[str, Any], by: str) -> None:
    """Answer `path` with the JSON of `pages`, selected by the parameter `by` ('' where it is missing)."""
    from json import dumps

    def answer(request: Request) -> Response:
        body = pages[request.args.get(by, "")]
        return Response(body if isinstance(body, bytes) else dumps(body), content_type="application/json")

    server.expect_request(path).respond_with_handler(answer)


def asked(server: HTTPServer) -> list[dict[str, str]]:
    """The parameters of each request, in order."""
    return [request.args.to_dict() for request, _ in server.log]
