"""psycopg's pools of all processes together: each reports its own to Valkey, and what is read is their sum."""

import json
import os
import socket
import time
from collections import Counter
from typing import Any, Final

import redis

from egress.factory import open_valkey
from egress.limits.valkey import PREFIX
from operations.measures import database

#: psycopg's names of what is summed.
NAMES: Final = ("pool_size", "pool_available", "requests_waiting", "requests_errors", "pool_max")
#: A process that has not reported for so many seconds has gone.
EXPIRY: Final = 20.0
_KEY: Final = PREFIX + "{metrics}:pools"


class PoolReports:
    """Reports of pools. `key` is the hash in Valkey: a process to its numbers and the time of its report."""

    def __init__(self, client: "redis.Redis", *, key: str = _KEY) -> None:
        self._client, self._key = client, key

    def report(self, process: str, stats: dict[str, int], *, now: float) -> None:
        """Store the pool of one process. `now` in seconds since 1970. Raises redis.RedisError."""
        numbers = {name: stats.get(name, 0) for name in NAMES}
        self._client.hset(self._key, process, json.dumps({"at": now, "numbers": numbers}))

    def totals(self, *, now: float) -> tuple[int, Counter[str]]:
        """How many processes have a pool, and the sums of their numbers. Raises redis.RedisError."""
        held: Any = self._client.hgetall(self._key)
        living, sums, gone = 0, Counter(dict.fromkeys(NAMES, 0)), []
        for process, text in held.items():
            one = json.loads(text)
            if now - one["at"] > EXPIRY:
                gone.append(process)
                continue
            living += 1
            sums.update(one["numbers"])
        if gone:
            self._client.hdel(self._key, *gone)
        return living, sums


def report() -> None:
    """Report the pool of this process, where it has one. Raises redis.RedisError."""
    if stats := database.pool():
        open_reports().report(f"{socket.gethostname()}:{os.getpid()}", stats, now=time.time())


def open_reports() -> PoolReports:
    """The reports of this installation."""
    return PoolReports(open_valkey())
