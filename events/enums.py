"""Enumerations of events, free of Django, so that connectors and steps may use them."""

from enum import StrEnum


class Publication(StrEnum):
    """Shall the world see it. Allowed moves: `events.services.PUBLICATION_MOVES`."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    FLAGGED = "flagged"
    ARCHIVED = "archived"
    REMOVED = "removed"
    MERGED = "merged"


class Happening(StrEnum):
    """Does it take place. Sold out is kept apart (`Event.sold_out`); the API's `status` shows the gravest."""

    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    POSTPONED = "postponed"
    MOVED_ONLINE = "moved_online"
    CANCELLED = "cancelled"


class Freshness(StrEnum):
    """Do its sources still list it."""

    SEEN = "seen"
    MISSING = "missing"
    GONE = "gone"


class Verification(StrEnum):
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    OFFICIAL = "official"


class ImageState(StrEnum):
    """Whether we have our own copy of a picture: not yet, yes, or no and never (`EventImage.reason` says
    why)."""

    WAITING = "waiting"
    STORED = "stored"
    REFUSED = "refused"
