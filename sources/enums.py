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


class RunState(StrEnum):
    RUNNING = "running"
    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class StagedState(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    DROPPED = "dropped"
    FAILED = "failed"


class Coverage(StrEnum):
    """What an answer covers. Complete: absence means gone. Windowed: the same until `covered_until`. Partial: absence means nothing."""

    COMPLETE = "complete"
    WINDOWED = "windowed"
    PARTIAL = "partial"


class Trust(StrEnum):
    """How far a source is believed: `trusted` publishes clean events at once, the others wait for a person."""

    TRUSTED = "trusted"
    NORMAL = "normal"
    DOUBTFUL = "doubtful"
    BLOCKED = "blocked"
