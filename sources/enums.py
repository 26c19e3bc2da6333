"""Vocabulary of sources, free of Django."""

from enum import StrEnum

from pipeline.contract.enums import SourceType

#: Sources that are sent to, never fetched.
PUSHED = (SourceType.WEBHOOK, SourceType.SUBMISSION)


class RunState(StrEnum):
    RUNNING = "running"
    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """Where a running run is. Queued and waiting: in a queue, nobody is at work; fetching and processing:
    somebody is, or has died."""

    QUEUED = "queued"
    FETCHING = "fetching"
    WAITING = "waiting"
    PROCESSING = "processing"


class StagedState(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    DROPPED = "dropped"
    FAILED = "failed"


class AsideKind(StrEnum):
    """What can be set aside: one record of a source, or a whole answer that cannot be read."""

    RECORD = "record"
    ANSWER = "answer"


class Trust(StrEnum):
    """How far a source is believed: `trusted` publishes clean events at once, the others wait for a
    person."""

    TRUSTED = "trusted"
    NORMAL = "normal"
    DOUBTFUL = "doubtful"
    BLOCKED = "blocked"


class Health(StrEnum):
    """How a source does, as the desk shows it. Sleeping: switched off, paused, or never asked yet."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    FAILING = "failing"
    REFUSED = "refused"
    NEEDS_KEY = "needs_key"
    QUARANTINED = "quarantined"
    SLEEPING = "sleeping"


class PauseScope(StrEnum):
    """What a pause holds: everything, one source (its slug), one city (its slug), or one step of the pipeline
    (its name)."""

    ALL = "all"
    SOURCE = "source"
    CITY = "city"
    STEP = "step"
