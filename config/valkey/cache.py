"""Django's cache in Valkey, through the breaker."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from config.valkey.client import CONNECTION, GuardedRedis


class _Client(RedisCacheClient):
    """Retries once over a new connection, for a restarted server; not after a timeout."""

    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, **CONNECTION, **options)
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

    Within a second the first time, at once while the breaker is open.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
