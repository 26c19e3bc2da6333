"""The length and age of each queue.

Celery's messages are in a list with the queue's name, the oldest last; each has its time of queueing
(config/celery.py).
"""

import json
import time
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.conf import settings

from egress.factory import open_valkey
from operations.measures.once import once


@dataclass(frozen=True, slots=True)
class Waits:
    """How many messages wait, and for how many seconds the oldest."""

    messages: int
    seconds: float


@once
def waits() -> dict[str, Waits]:
    """Each queue by its name. Raises redis.RedisError."""
    client, prefix = open_valkey(), settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    names = sorted({route["queue"] for route in current_app.conf.task_routes.values()})
    pipe = client.pipeline(transaction=False)
    for name in names:
        pipe.llen(prefix + name)
        pipe.lindex(prefix + name, -1)
    found: list[Any] = pipe.execute()
    return {
        name: Waits(int(found[2 * place]), _age(found[2 * place + 1])) for place, name in enumerate(names)
    }


def _age(message: bytes | None) -> float:
    """Seconds since a message was queued; 0 for none, and for one without a time."""
    try:
        queued = json.loads(message or b"{}").get("headers", {}).get("queued_at")
    except ValueError:
        return 0.0
    return max(0.0, time.time() - queued) if isinstance(queued, int | float) else 0.0
