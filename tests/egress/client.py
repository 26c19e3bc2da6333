"""A separate process that uses the HTTP client, or a breaker, with the shared limits.

`python -m tests.egress.client`, JSON in and out.
"""

import json
import sys
from dataclasses import asdict
from typing import Any

import redis
import structlog

from egress.client import GuardedClient
from egress.facts import ExchangeFact
from egress.limits import ValkeyBreaker, ValkeyLimiter, ValkeyStore
from egress.metrics import ValkeyMetrics
from egress.records import RequestPolicy
from egress.robots import Robots
from pipeline.contract.http_errors import EgressError


def fetch(client: "redis.Redis", prefix: str, order: dict[str, Any]) -> list[dict[str, Any]]:
    """Request `url` so many `times`; one fact for each request.

    Waits for the host's connection are real; others raise.
    """
    facts: list[ExchangeFact] = []
    http = GuardedClient(
        RequestPolicy(**order.get("policy", {})),
        validators={},
        limiter=ValkeyLimiter(client, prefix=prefix),
        robots=Robots(store=ValkeyStore(client, prefix=prefix)),
        breaker=ValkeyBreaker(client, prefix=prefix),
        listeners=[facts.append, ValkeyMetrics(client, prefix=prefix)],
        name=order.get("name", ""),
        allow_loopback=True,
    )
    with http:
        for _ in range(order["times"]):
            try:
                http.get(order["url"])
            except EgressError:
                continue
    return [{key: value for key, value in asdict(fact).items() if key != "at"} for fact in facts]


def probe(client: "redis.Redis", prefix: str, order: dict[str, Any]) -> list[float]:
    """Query the breaker of `host` so many `times`, all at the same moment `now`."""
    breaker = ValkeyBreaker(client, prefix=prefix, clock=lambda: order["now"])
    return [breaker.check(order["host"]) for _ in range(order["times"])]


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    given = json.load(sys.stdin)
    with redis.Redis.from_url(given["redis"]) as valkey:
        json.dump({"fetch": fetch, "probe": probe}[given["do"]](valkey, given["prefix"], given), sys.stdout)
