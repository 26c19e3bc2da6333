"""Metrics in Valkey: one hash for each host and endpoint.

Their number is bounded; the least recently used is dropped first.
"""

import time
from collections.abc import Callable
from typing import Any

import redis
import structlog

from egress.facts import ExchangeFact
from egress.limits.valkey import PREFIX
from egress.metrics.counts import Series, increments, read

log = structlog.get_logger(__name__)
#: The most hosts with endpoints, the most endpoints of one host, and the name for all beyond.
MOST_SERIES = 1000
MOST_ENDPOINTS = 20
OTHER = "other"
#: A series that was unused for so long (seconds) may be replaced by a new one.
STALE = 7 * 86_400
#: After a failure Valkey gets no requests for so long (seconds).
SILENCE = 5.0

#: KEYS[1] is a sorted set of series by last use. One slot of a cluster holds all of them, by the braces in
#: their names. ARGV: prefix, now, host, endpoint, other, most series, most endpoints, stale seconds, then
#: field and increment in turn.
_COUNT = """
local prefix, now, host, endpoint, other = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local function known(name) return redis.call('ZSCORE', KEYS[1], name) end
local name = host .. ' ' .. endpoint
if not known(name) then
  local endpoints = tonumber(redis.call('HGET', KEYS[2], host) or 0)
  if endpoints >= tonumber(ARGV[7]) then name = host .. ' ' .. other end
  if not known(name) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[6]) then
    local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
    if tonumber(oldest[2]) < now - tonumber(ARGV[8]) then
      redis.call('ZREM', KEYS[1], oldest[1])
      redis.call('DEL', prefix .. oldest[1])
      redis.call('HINCRBY', KEYS[2], string.match(oldest[1], '^[^ ]*'), -1)
    else
      name = other .. ' ' .. other
    end
  end
  if not known(name) then redis.call('HINCRBY', KEYS[2], string.match(name, '^[^ ]*'), 1) end
end
redis.call('ZADD', KEYS[1], now, name)
for i = 9, #ARGV, 2 do redis.call('HINCRBYFLOAT', prefix .. name, ARGV[i], ARGV[i + 1]) end
return 1
"""


class ValkeyMetrics:
    """Counts requests (it is a `Listener`) and reads the counts.

    Without Valkey nothing is counted, and nothing fails.
    """

    def __init__(
        self,
        client: "redis.Redis",
        *,
        clock: Callable[[], float] = time.time,
        prefix: str = PREFIX,
        most: int = MOST_SERIES,
        most_endpoints: int = MOST_ENDPOINTS,
    ) -> None:
        self._client, self._clock, self._most, self._most_endpoints = client, clock, most, most_endpoints
        self._prefix = prefix + "{metrics}:"
        self._away_until = 0.0

    def __call__(self, fact: ExchangeFact) -> None:
        """Count one request."""
        if time.monotonic() < self._away_until:
            return
        numbers: list[str | float] = [each for pair in increments(fact).items() for each in pair]
        bounds: list[str | float] = [OTHER, self._most, self._most_endpoints, STALE]
        host, endpoint = fact.host or OTHER, fact.endpoint or OTHER
        try:
            self._client.eval(
                _COUNT,
                2,
                self._key("series"),
                self._key("endpoints"),
                self._key("of:"),
                self._clock(),
                host,
                endpoint,
                *bounds,
                *numbers,
            )
        except redis.RedisError as error:
            self._away_until = time.monotonic() + SILENCE
            log.warning("egress.metrics_not_counted", reason=type(error).__name__)

    def series(self) -> list[Series]:
        """All counts, by host and endpoint. Raises redis.RedisError where Valkey is unreachable."""
        names = [_text(name) for name in self._client.zrange(self._key("series"), 0, -1)]
        with self._client.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.hgetall(self._key("of:" + name))
            answers = pipeline.execute()
        found = [(*name.split(" ", 1), answer) for name, answer in zip(names, answers, strict=True)]
        return [
            Series(host=host, endpoint=endpoint, counts=read(fields))
            for host, endpoint, fields in sorted(found, key=lambda each: each[:2])
        ]

    def _key(self, name: str) -> str:
        return self._prefix + name


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
