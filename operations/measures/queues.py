"""The length and age of each queue.

In Valkey, Celery's messages are in a list with the queue's name, the oldest last; each has its time of queueing
(config/celery.py). RabbitMQ tells lengths alone, so the age is an upper bound there: since the queue was last seen
empty, or since the newest message that a worker has taken was queued, whichever is later (a queue gives the oldest
first). It is looked at each minute and at each scrape, so the bound is at most a minute above the age.
"""

import json
import time
from dataclasses import dataclass
from typing import Any, Final

from celery import current_app
from django.conf import settings

from egress.factory import open_valkey
from operations.measures.once import once
from sources.monitoring.overview import ask_queue_lengths

#: Queue to the time (epoch) since when what waits in it may have been queued; with RabbitMQ alone.
_SINCE: Final = "queues:since"


@dataclass(frozen=True, slots=True)
class Waits:
    """How many messages wait, and for how many seconds the oldest."""

    messages: int
    seconds: float


@once
def waits() -> dict[str, Waits]:
    """Each queue by its name. Raises redis.RedisError, or BrokerAway where RabbitMQ does not answer."""
    return _at_rabbitmq() if settings.BROKER_URL else _in_valkey()


def note(queue: str, queued_at: object) -> None:
    """A worker has taken a message of this queue, queued at that time (epoch). Raises redis.RedisError."""
    if queue in _names() and isinstance(queued_at, int | float) and queued_at > 0:
        open_valkey().zadd(_key(), {queue: queued_at}, gt=True)


def _in_valkey() -> dict[str, Waits]:
    client, prefix = open_valkey(), settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    names = _names()
    pipe = client.pipeline(transaction=False)
    for name in names:
        pipe.llen(prefix + name)
        pipe.lindex(prefix + name, -1)
    found: list[Any] = pipe.execute()
    return {
        name: Waits(int(found[2 * place]), _age(found[2 * place + 1])) for place, name in enumerate(names)
    }


def _at_rabbitmq() -> dict[str, Waits]:
    lengths, now = ask_queue_lengths(), time.time()
    pipe = open_valkey().pipeline(transaction=False)
    pipe.zadd(_key(), dict.fromkeys(lengths, now), nx=True)  # first seen now
    if empty := [name for name, number in lengths.items() if not number]:
        pipe.zadd(_key(), dict.fromkeys(empty, now), gt=True)
    pipe.zmscore(_key(), list(lengths))
    found: list[Any] = pipe.execute()
    since = dict(zip(lengths, found[-1], strict=True))
    return {
        name: Waits(number, max(0.0, now - since[name]) if number else 0.0)
        for name, number in lengths.items()
    }


def _names() -> list[str]:
    return sorted({route["queue"] for route in current_app.conf.task_routes.values()})


def _key() -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:{_SINCE}"


def _age(message: bytes | None) -> float:
    """Seconds since a message was queued; 0 for none, and for one without a time."""
    try:
        queued = json.loads(message or b"{}").get("headers", {}).get("queued_at")
    except ValueError:
        return 0.0
    return max(0.0, time.time() - queued) if isinstance(queued, int | float) else 0.0
