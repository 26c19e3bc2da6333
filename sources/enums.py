"""Enumerations of sources, free of Django."""

from enum import StrEnum

from pipeline.contract.enums import SourceType

#: Sources that push to us and are never fetched.
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
    """The phase of a running run.

    Queued and waiting: in a queue, no worker has it. Fetching and processing: a worker has it, or was lost.
    """

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


class DeadLetterKind(StrEnum):
    """A dead letter: one record of a source, or an unreadable answer."""

    RECORD = "record"
    ANSWER = "answer"


class Trust(StrEnum):
    """How far a source is trusted.

    `earned`: verdicts on its facts decide (`moderation.services.trusting`). The others are an operator's word, which
    stands over the verdicts: clean events of a `trusted` source are published at once; those of others wait for a
    moderator.
    """

    EARNED = "earned"
    TRUSTED = "trusted"
    NORMAL = "normal"
    DOUBTFUL = "doubtful"
    BLOCKED = "blocked"


class Health(StrEnum):
    """The health of a source, as the admin shows it. Sleeping: switched off, paused, or never fetched."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    FAILING = "failing"
    REFUSED = "refused"
    NEEDS_KEY = "needs_key"
    QUARANTINED = "quarantined"
    SLEEPING = "sleeping"


class PauseScope(StrEnum):
    """What a pause affects: everything, one source (its slug), one city (its slug), or one step (its name)."""

    ALL = "all"
    SOURCE = "source"
    CITY = "city"
    STEP = "step"


class Severity(StrEnum):
    """How urgent an alert is. Critical: the site or its data are at risk now, day or night."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Condition(StrEnum):
    """What a rule asks of the numbers of its minutes: each of them, or their average, above or below a threshold.

    `raised`: the code itself raised an alert whose key fits the rule's pattern.
    """

    ABOVE = "above"
    BELOW = "below"
    AVERAGE_ABOVE = "average_above"
    AVERAGE_BELOW = "average_below"
    RAISED = "raised"


class AlertChannel(StrEnum):
    """A way to operators."""

    MAIL = "mail"
    SLACK = "slack"
    WEBHOOK = "webhook"
    PAGERDUTY = "pagerduty"


class PolicyKind(StrEnum):
    """What a site permits: its robots.txt, or its page of terms."""

    ROBOTS = "robots"
    TERMS = "terms"
