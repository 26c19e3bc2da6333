"""How often one caller may ask: fixed windows, counted in Valkey by the caller's hashed network. A hint: without Valkey nobody is refused."""

import hashlib
import hmac
import time
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from accounts.addresses import network_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """`limit` requests in `window` seconds for each caller; `name` is what the headers say. A limit of 0 means no limit."""

    name: str
    limit: int
    window: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What is left after a request: `remaining` of `policy`, for `reset` seconds more."""

    policy: Policy
    allowed: bool
    remaining: int
    reset: int


#: Telling of events, by the form and the API together.
SUBMISSIONS = Policy(name="submissions", limit=20, window=3600)
#: Telling how a place is now, likewise.
PLACE_REPORTS = Policy(name="place-reports", limit=12, window=600)


def caller_of(request: HttpRequest) -> str:
    """The caller's network as a keyed hash, so that no address is kept."""
    return hmac.new(settings.SECRET_KEY.encode(), network_of(request).encode(), hashlib.sha256).hexdigest()[:32]


def take(policy: Policy, request: HttpRequest, *, now: float | None = None) -> Taken:
    """Count one request of the caller under `policy`; `allowed` is False where it was one too many. `now` in seconds since 1970."""
    moment = time.time() if now is None else now
    window = int(moment // policy.window)
    reset = max(1, round((window + 1) * policy.window - moment))
    if not policy.limit:
        return Taken(policy=policy, allowed=True, remaining=0, reset=reset)
    key = f"limit:{policy.name}:{caller_of(request)}:{window}"
    try:
        cache.add(key, 0, timeout=policy.window + 5)
        used = cache.incr(key)
    except (RedisError, ValueError) as error:  # ValueError: evicted between the two
        log.warning("limit_not_counted", policy=policy.name, error=str(error))
        used = 1
    return Taken(policy=policy, allowed=used <= policy.limit, remaining=max(policy.limit - used, 0), reset=reset)
