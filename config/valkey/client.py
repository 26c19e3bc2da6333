"""The client of synchronous code, through the breaker."""

from typing import Any, Final

import redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from config.valkey.breaker import BREAKER

#: Seconds for a connection, and for an answer.
_TIMEOUT: Final = 1.0
#: Options of its connections: it tries once more over a new one, for a restarted server, but not after a timeout.
CONNECTION: Final[dict[str, Any]] = {
    "socket_timeout": _TIMEOUT,
    "socket_connect_timeout": _TIMEOUT,
    "retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
}


class GuardedRedis(redis.Redis):
    """A client that raises at once while the breaker is open."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """As redis-py, through the breaker."""
        with BREAKER.guard():
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
