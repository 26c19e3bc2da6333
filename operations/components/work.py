"""What works in the background: queues, beat, crawler, models."""

from datetime import datetime, timedelta
from typing import Final

from flags.models import Flag
from flags.services import is_on
from operations.components.records import Finding
from operations.enums import State
from operations.measures.behind import vectors
from operations.measures.queues import waits
from operations.models import Heartbeat
from operations.uptime import LONGEST
from sources.queries.due import lateness

#: The oldest message of a queue waits for so many seconds.
LATE, STUCK = 300.0, 1800.0
#: A source is due for so long.
BEHIND, HALTED = timedelta(minutes=30), timedelta(hours=2)
#: A new event is without its vector for so long.
UNREAD: Final = timedelta(minutes=30)


def queues(*, now: datetime) -> Finding:
    """How long the oldest message of each queue waits. Raises redis.RedisError."""
    found = waits()
    name, worst = max(found.items(), key=lambda one: one[1].seconds)
    total = sum(one.messages for one in found.values())
    if worst.seconds < LATE:
        return Finding(name="queues", detail=f"{total} messages wait.")
    return Finding(
        name="queues",
        state=State.DEGRADED if worst.seconds < STUCK else State.DOWN,
        detail=f"The oldest message of {name} waits for {worst.seconds / 60:.0f} minutes, with {worst.messages} in all.",
        remedy=f"See whether the worker of the queue {name} runs; add another one where it does.",
    )


def beat(*, now: datetime) -> Finding:
    """Whether the clock queues, and a worker takes what it queues."""
    last = Heartbeat.objects.filter(pk=1).values_list("last_at", flat=True).first()
    if last is None:
        return Finding(
            name="beat",
            state=State.UNKNOWN,
            detail="There was no heartbeat yet.",
            remedy="Start beat and the worker of the queue notify.",
        )
    silent = now - last
    if silent <= LONGEST:
        return Finding(name="beat", detail=f"The last heartbeat came {silent.total_seconds():.0f} s ago.")
    return Finding(
        name="beat",
        state=State.DOWN,
        detail=f"No heartbeat for {silent.total_seconds() / 60:.0f} minutes.",
        remedy="Start beat and the worker of the queue notify again, and read what they logged last.",
    )


def crawler(*, now: datetime) -> Finding:
    """Whether due sources are fetched."""
    if not is_on(Flag.LIVE_SOURCES):
        return Finding(name="crawler", state=State.OFF, detail="The flag live_sources is off.")
    due, oldest = lateness(now=now)
    late = now - oldest if oldest else timedelta()
    detail = f"{due} sources are due, the oldest for {late.total_seconds() / 60:.0f} minutes."
    if late < BEHIND:
        return Finding(name="crawler", detail=detail)
    return Finding(
        name="crawler",
        state=State.DEGRADED if late < HALTED else State.DOWN,
        detail=detail,
        remedy="See whether the workers of fetch and process run, and whether something is paused.",
    )


def models(*, now: datetime) -> Finding:
    """Whether new events get their vectors, for which a worker needs its models."""
    behind = vectors(now=now)
    late = timedelta(seconds=behind.seconds)
    detail = f"{behind.count} events wait for a vector."
    if late < UNREAD:
        return Finding(name="models", detail=detail)
    return Finding(
        name="models",
        state=State.DEGRADED,
        detail=f"{detail} The oldest waits for {late.total_seconds() / 60:.0f} minutes.",
        remedy="See whether the worker of the queue enrich runs, and whether pipeline/artefacts is whole.",
    )
