"""Limits that all processes share.

Each check is one Lua script in Valkey, which is atomic and uses Valkey's clock. Without Valkey every answer
comes from this process's memory, after one warning: a broken cache must not stop a fetch.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import redis
import structlog

from egress.limits import rules
from egress.limits.memory import MemoryBreaker, MemoryLimiter, MemoryStore
from egress.limits.rules import Admission, Circuit

T = TypeVar("T")
log = structlog.get_logger(__name__)
PREFIX = "nocturne:egress:"
#: A sorted set of the failing hosts by time, so that they can be listed without a scan of all keys.
CIRCUITS = "circuits"
MOST_CIRCUITS = 1000
#: After a failure Valkey gets no requests for so long (seconds).
SILENCE = 5.0

_NOW = """
local now = tonumber(ARGV[1])
if not now then local t = redis.call('TIME'); now = tonumber(t[1]) + tonumber(t[2]) / 1000000 end
local function text(seconds) return string.format('%.6f', seconds) end
local function keep(key, value, seconds) redis.call('SET', key, value, 'PX', math.max(1, math.ceil(seconds * 1000))) end
"""
_TAKE = (
    _NOW
    + """
local interval, tolerance = tonumber(ARGV[2]), tonumber(ARGV[3])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
if arrival - tolerance > now then return text(arrival - tolerance - now) end
keep(KEYS[1], text(arrival + interval), arrival + interval - now + 1)
return '0'
"""
)
_PAUSE = (
    _NOW
    + """
local old, new = tonumber(redis.call('GET', KEYS[1]) or 0), now + tonumber(ARGV[2])
if new > old then keep(KEYS[1], text(new), new - now + 1) end
return '0'
"""
)
_PAUSED = _NOW + "return text(math.max(0, tonumber(redis.call('GET', KEYS[1]) or 0) - now))"
_HOLD = (
    _NOW
    + """
local held = redis.call('GET', KEYS[1])
if held and tonumber(string.match(held, '^[^ ]+')) > now then return '' end
keep(KEYS[1], text(now + tonumber(ARGV[2])) .. ' ' .. ARGV[3], tonumber(ARGV[2]) + 1)
return ARGV[3]
"""
)
_RELEASE = """
local held = redis.call('GET', KEYS[1])
if held and string.match(held, '[^ ]+$') == ARGV[2] then redis.call('DEL', KEYS[1]) end
return '0'
"""
#: KEYS[1] is a hash: failures, shut_until, last.
_CHECK = (
    _NOW
    + """
local failures = tonumber(redis.call('HGET', KEYS[1], 'failures') or 0)
if failures < tonumber(ARGV[2]) then return '0' end
local shut = tonumber(redis.call('HGET', KEYS[1], 'shut_until') or 0)
if shut > now then return text(shut - now) end
redis.call('HSET', KEYS[1], 'shut_until', text(now + tonumber(ARGV[3])), 'probing', '1')
return '0'
"""
)
_SHUT = (
    _NOW
    + """
if tonumber(redis.call('HGET', KEYS[1], 'failures') or 0) < tonumber(ARGV[2]) then return '0' end
return text(math.max(0, tonumber(redis.call('HGET', KEYS[1], 'shut_until') or 0) - now))
"""
)
_FAILED = (
    _NOW
    + """
local threshold, first, longest, memory = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or 0)
local failures = last + memory > now and tonumber(redis.call('HGET', KEYS[1], 'failures')) + 1 or 1
redis.call('HSET', KEYS[1], 'failures', failures, 'last', text(now))
if failures >= threshold then
  local wait = math.min(longest, first * 2 ^ math.min(failures - threshold, 20))
  redis.call('HSET', KEYS[1], 'shut_until', text(now + wait), 'probing', '0')
end
redis.call('PEXPIRE', KEYS[1], math.ceil(memory * 1000))
return '0'
"""
)
#: KEYS are a pause, a circuit and a rate: what `_PAUSED`, `_CHECK` and `_TAKE` ask, for several requests at once.
_ENTER = (
    _NOW
    + """
local interval, tolerance, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local pause = tonumber(redis.call('GET', KEYS[1]) or 0)
if pause > now then return '0 ' .. text(pause - now) end
local is_open = tonumber(redis.call('HGET', KEYS[2], 'failures') or 0) >= tonumber(ARGV[5])
if is_open then
  local shut = tonumber(redis.call('HGET', KEYS[2], 'shut_until') or 0)
  if shut > now then return '0 ' .. text(shut - now) end
  most = 1
end
local arrival = math.max(tonumber(redis.call('GET', KEYS[3]) or now), now)
local count = most
if interval > 0 then count = math.min(most, math.floor((now + tolerance - arrival) / interval) + 1) end
if count < 1 then return '0 ' .. text(arrival - tolerance - now) end
if is_open then redis.call('HSET', KEYS[2], 'shut_until', text(now + tonumber(ARGV[6])), 'probing', '1') end
arrival = arrival + count * interval
keep(KEYS[3], text(arrival), arrival - now + 1)
return count .. ' 0'
"""
)


class _Shared:
    """Runs scripts; uses the fallback while Valkey is unreachable.

    `clock` is for tests; without it Valkey's time counts.
    """

    def __init__(
        self, client: "redis.Redis", *, clock: Callable[[], float] | None = None, prefix: str = PREFIX
    ) -> None:
        self._client = client
        self._clock = clock
        self._prefix = prefix
        self._away_until = 0.0

    def _ask(self, question: Callable[[], T], otherwise: Callable[[], T]) -> T:
        if time.monotonic() < self._away_until:
            return otherwise()
        try:
            return question()
        except redis.RedisError as error:
            self._away_until = time.monotonic() + SILENCE
            log.warning("egress.limits_not_shared", reason=type(error).__name__)
            return otherwise()

    def _run(self, script: str, key: str | Sequence[str], *args: Any) -> str:
        now = "" if self._clock is None else repr(self._clock())
        keys = [self._prefix + one for one in ([key] if isinstance(key, str) else key)]
        answer = self._client.eval(script, len(keys), *keys, now, *args)
        return answer.decode() if isinstance(answer, bytes) else str(answer)


class ValkeyLimiter(_Shared):
    """`Limiter` over Valkey."""

    def __init__(
        self, client: "redis.Redis", *, clock: Callable[[], float] | None = None, prefix: str = PREFIX
    ) -> None:
        super().__init__(client, clock=clock, prefix=prefix)
        self._local = MemoryLimiter()

    def take(self, key: str, *, rate: int, window: float) -> float:
        """See `Limiter.take`."""
        numbers = rules.spacing(rate, window)
        return self._ask(
            lambda: float(self._run(_TAKE, "rate:" + key, *numbers)),
            lambda: self._local.take(key, rate=rate, window=window),
        )

    def pause(self, key: str, *, seconds: float) -> None:
        """See `Limiter.pause`."""
        self._local.pause(key, seconds=seconds)
        self._ask(lambda: self._run(_PAUSE, "pause:" + key, seconds), str)

    def paused(self, key: str) -> float:
        """See `Limiter.paused`."""
        return self._ask(lambda: float(self._run(_PAUSED, "pause:" + key)), lambda: self._local.paused(key))

    def hold(self, key: str, *, seconds: float) -> str:
        """See `Limiter.hold`."""
        token = secrets.token_hex(8)
        return self._ask(
            lambda: self._run(_HOLD, "hold:" + key, seconds, token),
            lambda: self._local.hold(key, seconds=seconds),
        )

    def release(self, key: str, token: str) -> None:
        """See `Limiter.release`."""
        self._local.release(key, token)
        self._ask(lambda: self._run(_RELEASE, "hold:" + key, token), str)


class ValkeyBreaker(_Shared):
    """`Breaker` over Valkey."""

    def __init__(
        self, client: "redis.Redis", *, clock: Callable[[], float] | None = None, prefix: str = PREFIX
    ) -> None:
        super().__init__(client, clock=clock, prefix=prefix)
        self._local = MemoryBreaker()

    def shut(self, host: str) -> float:
        """See `Breaker.shut`."""
        return self._ask(
            lambda: float(self._run(_SHUT, "circuit:" + host, rules.THRESHOLD)),
            lambda: self._local.shut(host),
        )

    def check(self, host: str) -> float:
        """See `Breaker.check`."""
        return self._ask(
            lambda: float(self._run(_CHECK, "circuit:" + host, rules.THRESHOLD, rules.PROBE)),
            lambda: self._local.check(host),
        )

    def failed(self, host: str) -> None:
        """See `MemoryBreaker.failed`."""
        numbers = (rules.THRESHOLD, rules.FIRST_COOLDOWN, rules.LONGEST_COOLDOWN, rules.MEMORY)

        def count() -> None:
            self._run(_FAILED, "circuit:" + host, *numbers)
            self._client.zadd(self._prefix + CIRCUITS, {host: self._now()})
            self._client.zremrangebyrank(self._prefix + CIRCUITS, 0, -MOST_CIRCUITS - 1)

        self._ask(count, lambda: self._local.failed(host))

    def succeeded(self, host: str) -> None:
        """See `MemoryBreaker.succeeded`."""
        self._local.succeeded(host)

        def forget() -> None:
            if self._client.delete(self._prefix + "circuit:" + host):
                self._client.zrem(self._prefix + CIRCUITS, host)

        self._ask(forget, lambda: None)

    def circuits(self) -> list[Circuit]:
        """The hosts that failed last, at most 1,000, by name.

        Raises redis.RedisError where Valkey is unreachable.
        """
        now = self._now()
        self._client.zremrangebyscore(self._prefix + CIRCUITS, "-inf", now - rules.MEMORY)
        hosts = [self._text(host) for host in self._client.zrange(self._prefix + CIRCUITS, 0, -1)]
        with self._client.pipeline(transaction=False) as pipeline:
            for host in hosts:
                pipeline.hmget(self._prefix + "circuit:" + host, "failures", "shut_until", "probing")
            answers = pipeline.execute()
        found = []
        for host, (failures, shut_until, probing) in sorted(zip(hosts, answers, strict=True)):
            if failures is not None:
                found.append(
                    rules.circuit(host, int(failures), float(shut_until or 0), now, probing=probing == b"1")
                )
        return found

    def _now(self) -> float:
        return time.time() if self._clock is None else self._clock()

    @staticmethod
    def _text(value: Any) -> str:
        return value.decode() if isinstance(value, bytes) else str(value)


class ValkeyGate(_Shared):
    """Rate, pause and breaker of one key in one question, for several requests at once.

    Without Valkey the limiter and the breaker answer one after the other, out of this process's memory.
    """

    def __init__(
        self,
        client: "redis.Redis",
        limiter: ValkeyLimiter,
        breaker: ValkeyBreaker,
        *,
        clock: Callable[[], float] | None = None,
        prefix: str = PREFIX,
    ) -> None:
        super().__init__(client, clock=clock, prefix=prefix)
        self._limiter, self._breaker = limiter, breaker

    def enter(self, key: str, *, rate: int, window: float, most: int = 1) -> Admission:
        """Take up to `most` of `rate` requests in `window` seconds; one, the probe, where the breaker was open."""
        keys = ("pause:" + key, "circuit:" + key, "rate:" + key)

        def at_once() -> Admission:
            numbers = (*rules.spacing(rate, window), most, rules.THRESHOLD, rules.PROBE)
            count, wait = self._run(_ENTER, keys, *numbers).split()
            return Admission(int(count), float(wait))

        return self._ask(at_once, lambda: self._one_by_one(key, rate, window, most))

    def _one_by_one(self, key: str, rate: int, window: float, most: int) -> Admission:
        if wait := self._limiter.paused(key) or self._breaker.shut(key):
            return Admission(0, wait)
        count = 0
        while count < most and not (wait := self._limiter.take(key, rate=rate, window=window)):
            count += 1
        if not count:
            return Admission(0, wait)
        wait = self._breaker.check(key)
        return Admission(0, wait) if wait else Admission(count, 0.0)


class ValkeyStore(_Shared):
    """`Store` over Valkey."""

    def __init__(self, client: "redis.Redis", *, prefix: str = PREFIX) -> None:
        super().__init__(client, prefix=prefix)
        self._local = MemoryStore()

    def get(self, key: str) -> bytes | None:
        """See `Store`."""
        return self._ask(
            lambda: self._bytes(self._client.get(self._prefix + "store:" + key)), lambda: self._local.get(key)
        )

    def set(self, key: str, value: bytes, *, seconds: float) -> None:
        """See `Store`."""
        self._ask(
            lambda: str(
                self._client.set(self._prefix + "store:" + key, value, px=max(1, int(seconds * 1000)))
            ),
            lambda: self._local.set(key, value, seconds=seconds),
        )

    @staticmethod
    def _bytes(value: Any) -> bytes | None:
        return value.encode() if isinstance(value, str) else value
