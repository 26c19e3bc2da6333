"""States of a registration, and mails about it. Values are stored: add, never rename."""

from enum import StrEnum


class RegistrationState(StrEnum):
    """`offered` holds its seats until the offer ends. `merged`: the person has another registration of the same event."""

    REGISTERED = "registered"
    WAITING = "waiting"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    MERGED = "merged"


class MailKind(StrEnum):
    """What a mail tells of a registration."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFER = "offer"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    AGAIN = "again"
    MOVED = "moved"
    POSTPONED = "postponed"
    CALLED_OFF = "called_off"
    GOES_ON = "goes_on"
    ELSEWHERE = "elsewhere"
    WITHDRAWN = "withdrawn"
    MESSAGE = "message"


class MessageAudience(StrEnum):
    """Whom a team writes to."""

    ALL = "all"
    SEATS = "seats"
    WAITLIST = "waitlist"


class MessageState(StrEnum):
    """`waiting` for a moderator."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"


class CheckInOutcome(StrEnum):
    """What came of a check-in."""

    IN = "in"
    ALREADY = "already"
    REFUSED = "refused"
    UNKNOWN = "unknown"
