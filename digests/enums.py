"""Vocabulary of digests."""

from enum import StrEnum


class Cadence(StrEnum):
    WEEKLY = "weekly"
    DAILY = "daily"
    INSTANT = "instant"


class DeliveryKind(StrEnum):
    CONFIRMATION = "confirmation"
    DIGEST = "digest"


class DeliveryState(StrEnum):
    """Recorded before it is sent, so that a mail is never sent twice."""

    RECORDED = "recorded"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class SuppressionReason(StrEnum):
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    ERASED = "erased"
