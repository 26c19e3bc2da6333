"""Enumerations of digests."""

from enum import StrEnum


class Cadence(StrEnum):
    WEEKLY = "weekly"
    DAILY = "daily"
    INSTANT = "instant"


class DeliveryKind(StrEnum):
    CONFIRMATION = "confirmation"
    DIGEST = "digest"


class DeliveryState(StrEnum):
    """The state of a mail, which is recorded before it is sent.

    Waiting, claimed by a process (`sending`, until the lease ends), one of three ends, or `unknown`: it may have gone.
    """

    RECORDED = "recorded"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
