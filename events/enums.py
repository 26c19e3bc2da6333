"""Enumerations of events, free of Django, so that connectors and steps may use them."""

from enum import StrEnum


class Publication(StrEnum):
    """Whether readers see the event. Allowed moves: `events.states.PUBLICATION_MOVES`."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    FLAGGED = "flagged"
    ARCHIVED = "archived"
    REMOVED = "removed"
    MERGED = "merged"


class Happening(StrEnum):
    """Whether the event takes place.

    Sold out is separate (`Event.sold_out`); the API's `status` shows the gravest.
    """

    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    POSTPONED = "postponed"
    MOVED_ONLINE = "moved_online"
    CANCELLED = "cancelled"


class Freshness(StrEnum):
    """Whether sources still list the event."""

    SEEN = "seen"
    MISSING = "missing"
    GONE = "gone"


class Verification(StrEnum):
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    OFFICIAL = "official"


class TeamKind(StrEnum):
    """What a team speaks for."""

    ORGANIZER = "organizer"
    PLACE = "place"


class ImageState(StrEnum):
    """Whether a picture has our own copy: not yet, yes, or never (`EventImage.reason` has the reason)."""

    WAITING = "waiting"
    STORED = "stored"
    REFUSED = "refused"


class NameKind(StrEnum):
    """What a name of the vocabulary names."""

    TITLE = "title"
    VENUE = "venue"
    ORGANIZER = "organizer"
    PERFORMER = "performer"
    AREA = "area"
    TAG = "tag"


class VisitSource(StrEnum):
    """From where a visitor came to an event's page: a bounded set, so that it tells of nobody. Social sites by name."""

    DIRECT = "direct"
    OWN = "own"
    SEARCH = "search"
    MAIL = "mail"
    EMBED = "embed"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    THREADS = "threads"
    WHATSAPP = "whatsapp"
    X = "x"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    REDDIT = "reddit"
    YOUTUBE = "youtube"
    TIKTOK = "tiktok"
    LINKEDIN = "linkedin"
    TELEGRAM = "telegram"
    DISCORD = "discord"
    PINTEREST = "pinterest"
    OTHER = "other"


class Act(StrEnum):
    """What a visitor did with an event, as the beacon counts it."""

    VIEW = "view"
    SHARE = "share"
    CLICK = "click"
