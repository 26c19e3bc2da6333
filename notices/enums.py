"""Words of notices. Values are stored: add, never rename."""

from enum import StrEnum


class Kind(StrEnum):
    """What a notice tells; `notices.kinds.TABLE` has what each means."""

    REGISTRATION = "registration"
    OFFER = "offer"
    REMINDER = "reminder"
    CHANGE = "change"
    SEARCH = "search"
    FOLLOW = "follow"
    SUBMISSION = "submission"
    MESSAGE = "message"
    SIGN_IN = "sign_in"
    QUEUE = "queue"
    ALERT = "alert"
    QUALITY = "quality"


class Channel(StrEnum):
    """A way by which a notice leaves the list: every notice of an account is in its list."""

    MAIL = "mail"
    PUSH = "push"


class NoticeState(StrEnum):
    """`open`: it still gathers what belongs to it. `told`: it is in the list. `void`: it was true no more when it was due."""

    OPEN = "open"
    TOLD = "told"
    VOID = "void"


class DeliveryState(StrEnum):
    """`dropped`: it was not sent, since it told nothing any more or nobody wants it. `failed`: nobody takes it."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"
