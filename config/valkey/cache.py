"""Django's cache in Valkey, through the breaker."""

from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from config.valkey.breaker import BREAKER

#: Seconds for a connection, and for an answer.
TIMEOUT = 1.0


class GuardedRedis(redis.Redis):
    """A client that raises at once while the breaker is open."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """As redis-py, through the breaker."""
        with BREAKER.guard():
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]


class _Client(RedisCacheClient):
    """Retries once over a new connection, for a restarted server; not after a timeout."""

    def __init__(self, servers: Any, **options: Any) -> None:
        retry = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
        super().__init__(
            servers, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=retry, **options
        )
        self._client = GuardedRedis
        #: By pool. Django makes a client for each command, which takes longer than the command.
        self._clients: dict[int, GuardedRedis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> GuardedRedis:
        """The client of a pool; threads share it (https://redis.io/docs/latest/develop/clients/redis-py/)."""
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        client = self._clients.get(id(pool))
        if client is None:
            client = self._clients[id(pool)] = GuardedRedis(connection_pool=pool)
        return client


class HintCache(RedisCache):
    """Raises redis.exceptions.RedisError where Valkey is unreachable.

    Within TIMEOUT the first time, at once while the breaker is open.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
