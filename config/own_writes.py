"""Who has just written reads what was written, also where readers read from a replica (docs/replicas.md).

For a minute after a request that may write, Valkey holds where the primary's log ended then, under keyed hashes of the session, of the
Authorization header and of the network that sent it: a form can be sent without a session, and is followed by a page that shows it.
"""

from collections.abc import Callable, Iterator
from typing import Final

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from redis.exceptions import RedisError

from accounts.addresses import network_of
from accounts.crypto import keyed_hash
from outbox import replica

log = structlog.get_logger(__name__)
#: A replica that is further behind is not read at all.
SECONDS: Final = 60
_READING: Final = ("GET", "HEAD", "OPTIONS")


class OwnWritesMiddleware:
    """Notes the position of the log after a request that may write, and tells readers theirs (`outbox.renderings.readers`)."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not replica.is_configured():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in _READING:
            request.reads_after = lambda: _after(request)  # type: ignore[attr-defined]
            return self.get_response(request)
        response = self.get_response(request)
        try:
            cache.set_many(dict.fromkeys(_names(request), replica.position()), SECONDS)
        except (DatabaseError, RedisError) as error:
            log.warning("own_write_not_noted", error=str(error)[:200])
        return response


def _after(request: HttpRequest) -> int | None:
    """The position that the answer to this reader must include; 0 for any, None where nobody knows: without Valkey."""
    try:
        return max(cache.get_many(list(_names(request))).values(), default=0)
    except RedisError:
        return None


def _names(request: HttpRequest) -> Iterator[str]:
    for kind, who in (
        ("session", request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")),
        ("token", request.headers.get("Authorization", "")),
        ("network", network_of(request)),
    ):
        if who:
            yield f"wrote:{keyed_hash(f'{kind} {who}')[:32]}"
