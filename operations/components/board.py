"""All components: looked at now, written down every minute."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

import structlog
from django.db import DatabaseError
from redis.exceptions import RedisError

from operations.components import outward, stores, work
from operations.components.records import Component, Finding
from operations.enums import State
from operations.models import ComponentState
from sources.monitoring.overview import BrokerAway

log = structlog.get_logger(__name__)
#: From best to worst. What is off or not known makes nothing worse.
ORDER: Final = (State.OFF, State.UNKNOWN, State.OK, State.DEGRADED, State.DOWN)

_LOOKS: Final[dict[str, Callable[..., Finding]]] = {
    "database": stores.database,
    "replica": stores.replica,
    "valkey": stores.valkey,
    "queues": work.queues,
    "beat": work.beat,
    "crawler": work.crawler,
    "models": work.models,
    "disk": stores.disk,
    "mail": outward.mail,
    "live": outward.live,
}
_ASKS_BROKER: Final = "Start RabbitMQ again, or see its alarms of memory and disk; meanwhile nothing is queued (docs/operations/rabbitmq.md)."
_ASKS_VALKEY: Final = (
    "Start Valkey again; without it the site reads and queues more slowly (docs/without-valkey.md)."
)


def look(*, now: datetime) -> list[Finding]:
    """Every component now, each by a bounded number of queries. What raises an error is down."""
    found = [_one(name, check, now) for name, check in _LOOKS.items()]
    try:
        return [*found, *outward.sources(now=now)]
    except DatabaseError:
        return found


def components(*, now: datetime) -> list[Component]:
    """Every component now, and since when: since the minute in which that was first seen."""
    known = {row.name: row for row in ComponentState.objects.all()}
    return [_since(finding, known.get(finding.name), now) for finding in look(now=now)]


def write_down(*, now: datetime) -> list[Component]:
    """Look, and keep the states. A component that is gone, such as a class of sources, is forgotten."""
    seen = components(now=now)
    ComponentState.objects.bulk_create(
        [ComponentState(name=one.name, state=one.state, since=one.since, looked_at=now) for one in seen],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["state", "since", "looked_at"],
    )
    ComponentState.objects.exclude(name__in=[one.name for one in seen]).delete()
    return seen


def worst(states: Iterable[State]) -> State:
    """The worst of them; ok for none."""
    return max(states, key=ORDER.index, default=State.OK)


def stated(found: Sequence[Component]) -> State:
    """How the whole installation does."""
    return worst(one.state for one in found)


def _one(name: str, check: Callable[..., Finding], now: datetime) -> Finding:
    try:
        return check(now=now)
    except (DatabaseError, RedisError, OSError) as error:
        log.warning("component.failed", component=name, reason=type(error).__name__)
        remedy = "Read the log of the component."
        if isinstance(error, RedisError | BrokerAway):
            remedy = _ASKS_VALKEY if isinstance(error, RedisError) else _ASKS_BROKER
        return Finding(
            name=name,
            state=State.DOWN,
            detail=f"It could not be asked: {type(error).__name__}.",
            remedy=remedy,
        )


def _since(finding: Finding, row: ComponentState | None, now: datetime) -> Component:
    is_same = row is not None and row.state == finding.state
    return Component(
        name=finding.name,
        state=finding.state,
        since=row.since if row is not None and is_same else now,
        detail=finding.detail,
        remedy=finding.remedy,
    )
