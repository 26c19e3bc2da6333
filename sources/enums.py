"""Vocabulary of sources, free of Django."""

from enum import StrEnum


class SourceType(StrEnum):
    API = "api"
    SCRAPER = "scraper"
    RSS = "rss"
    ICAL = "ical"
    WEBHOOK = "webhook"
    PAGE = "page"
    SUBMISSION = "submission"


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


class Coverage(StrEnum):
    """What an answer covers. Complete: absence means gone. Windowed: the same until `covered_until`. Partial:
    absence means nothing."""

    COMPLETE = "complete"
    WINDOWED = "windowed"
    PARTIAL = "partial"


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


class Tier(StrEnum):
    """How far a connector is proved: on recorded answers, built to the documentation only, or another
    connector by configuration."""

    PROVED = "proved"
    DOCUMENTED = "documented"
    CONFIGURATION = "configuration"


class CredentialKind(StrEnum):
    """What opens a platform: an API key or token, a name and password for Basic, a form's fields, or OAuth 2
    tokens that renew."""

    NONE = ""
    KEY = "key"
    BASIC = "basic"
    FORM = "form"
    OAUTH2 = "oauth2"


class PauseScope(StrEnum):
    """What a pause holds: everything, one source (its slug), one city (its slug), or one step of the pipeline
    (its name)."""

    ALL = "all"
    SOURCE = "source"
    CITY = "city"
    STEP = "step"


class GateName(StrEnum):
    """The five quality gates, and the whole."""

    COMPLETENESS = "completeness"
    FORMAT = "format"
    BUSINESS_LOGIC = "business_logic"
    GEOGRAPHY = "geography"
    CONTENT = "content"
    OVERALL = "overall"
