"""Enumerations of digests."""

from enum import StrEnum


class Cadence(StrEnum):
    WEEKLY = "weekly"
    DAILY = "daily"
    INSTANT = "instant"


class Target(StrEnum):
    """What a subscription is to."""

    CITY = "city"
    AREA = "area"
    CATEGORY = "category"
    SEARCH = "search"
    VENUE = "venue"
    ORGANIZER = "organizer"
    PERFORMER = "performer"


#: The kinds, for the schema too.
TARGETS = [target.value for target in Target]


class ConsentStep(StrEnum):
    """What a person did for a subscription, or against it."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    RENEWED = "renewed"
    ENDED = "ended"


class DeliveryKind(StrEnum):
    """Which mail: the one that asks for a click, the events, the link to what one has, the question whether to go on."""

    CONFIRMATION = "confirmation"
    DIGEST = "digest"
    LINK = "link"
    RENEWAL = "renewal"


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
