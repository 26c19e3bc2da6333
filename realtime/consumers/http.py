"""Code that both HTTP endpoints of the live feed share: requests, refusals, responses."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.http.request import split_domain_port, validate_host

from accounts.problems import request_id_from
from realtime.connections.manager import ConnectionManager, current_manager
from realtime.exceptions import Code, Refused
from realtime.feed.filters import read_filters, read_saved_search, read_types, without_types
from realtime.feed.hub import running_hub
from realtime.feed.protocol import Subscribe, read_mark, read_topics

log = structlog.get_logger(__name__)
_MOST_PARAMETERS = 50
_STATUS = {
    Code.AUTH: HTTPStatus.UNAUTHORIZED,
    Code.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Code.CROWD: HTTPStatus.TOO_MANY_REQUESTS,
    Code.RATE: HTTPStatus.TOO_MANY_REQUESTS,
}
SECURITY = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"strict-origin-when-cross-origin")]


class HttpRefusal(Exception):
    """The request ends with this HTTP status."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@contextmanager
def refusals_as_http() -> Iterator[None]:
    """Convert refusals (which are counted) and an unreachable database to the fitting HTTP status."""
    try:
        yield
    except Refused as refused:
        if hub := running_hub():
            hub.counts[f"refused|{refused.code}"] += 1
        raise HttpRefusal(_STATUS.get(refused.code, HTTPStatus.BAD_REQUEST), refused.detail) from refused
    except DatabaseError as error:
        log.warning("live_unavailable", error=str(error))
        raise HttpRefusal(
            HTTPStatus.SERVICE_UNAVAILABLE, "The feed cannot be read now. Try again."
        ) from error


def header(scope: Any, name: bytes) -> str:
    """The first header called `name` (lower case), else ''."""
    return next((value.decode("latin1") for key, value in scope["headers"] if key == name), "")


def parameters(scope: Any) -> dict[str, str]:
    """The query string as a dict; of a repeated name the last value counts. Raises HttpRefusal."""
    try:
        return dict(parse_qsl(scope["query_string"].decode("latin1"), max_num_fields=_MOST_PARAMETERS))
    except ValueError as error:
        raise HttpRefusal(HTTPStatus.BAD_REQUEST, f"At most {_MOST_PARAMETERS} parameters.") from error


def read_query(scope: Any) -> Subscribe:
    """The subscription that an address requests.

    Raises HttpRefusal and Refused. `?topics=a,b`; Last-Event-ID, else `after=EPOCH-OFFSET`; filters as in
    `/api/v1/events`; `type=event.published,event.cancelled`; `batch=1`.
    """
    given = parameters(scope)
    topics = read_topics([topic for topic in given.pop("topics", "").split(",") if topic])
    mark = given.pop("after", "")
    mark = header(scope, b"last-event-id") or mark
    batch = given.pop("batch", "")
    if batch not in ("", "0", "1"):
        raise Refused(Code.BATCH, "batch must be 1 or 0.")
    types, given = read_types(given), without_types(given)
    saved_search = read_saved_search(given)
    wanted = None if saved_search else read_filters(given)
    epoch, after = read_mark(mark) if mark else (None, None)
    return Subscribe(
        topics=topics,
        epoch=epoch,
        after=after,
        wanted=wanted,
        types=types,
        batch=batch == "1",
        saved_search=saved_search,
    )


async def open_manager(scope: Any) -> ConnectionManager:
    """The connection manager of the hub, if the request may use it. Raises HttpRefusal and django.db.Error."""
    host, _ = split_domain_port(header(scope, b"host"))
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        raise HttpRefusal(HTTPStatus.BAD_REQUEST, "This host is not served here.")
    if scope["method"] != "GET":
        raise HttpRefusal(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET.")
    manager = await current_manager()
    if not manager.hub.is_on:
        raise HttpRefusal(HTTPStatus.NOT_FOUND, "The live feed is turned off.")
    if manager.is_shutting_down:
        raise HttpRefusal(HTTPStatus.SERVICE_UNAVAILABLE, "The server restarts. Try again.")
    return manager


async def problem(scope: Any, send: Any, refusal: HttpRefusal) -> None:
    """Send problem details (RFC 9457)."""
    status, request_id = refusal.status, request_id_from(header(scope, b"x-request-id"))
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": refusal.detail,
        "instance": scope["path"],
        "request_id": request_id,
    }
    more = {
        HTTPStatus.UNAUTHORIZED: [(b"www-authenticate", b'Bearer realm="Nocturne", error="invalid_token"')],
        HTTPStatus.METHOD_NOT_ALLOWED: [(b"allow", b"GET")],
        HTTPStatus.SERVICE_UNAVAILABLE: [(b"retry-after", b"5")],
        HTTPStatus.TOO_MANY_REQUESTS: [(b"retry-after", b"30")],
    }.get(status, [])
    await answer(
        send,
        body,
        status=status,
        kind=b"application/problem+json",
        headers=[(b"x-request-id", request_id.encode()), *more],
    )


async def answer(
    send: Any,
    body: Any,
    *,
    status: int = 200,
    kind: bytes = b"application/json",
    headers: list[tuple[bytes, bytes]] | None = None,
) -> None:
    """Send `body` as JSON; bytes are sent as they are."""
    data = (
        body
        if isinstance(body, bytes)
        else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    )
    fixed = [
        (b"content-type", kind),
        (b"content-length", str(len(data)).encode()),
        (b"cache-control", b"no-store"),
        *SECURITY,
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": [*fixed, *(headers or [])]})
    await send({"type": "http.response.body", "body": data})
