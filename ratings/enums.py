"""Words of ratings. Values are stored: add, never rename."""

from enum import StrEnum


class Basis(StrEnum):
    """How it is known that somebody was there: scanned at the door, registered, or their word alone."""

    CHECKED_IN = "checked_in"
    REGISTERED = "registered"
    SAYS = "says"


class RatingState(StrEnum):
    """`waiting` for a moderator: neither shown nor counted."""

    WAITING = "waiting"
    SHOWN = "shown"
    REFUSED = "refused"


class LotReason(StrEnum):
    """Why ratings of one thing are judged together: many within a day, or many over time that nobody looked at."""

    BURST = "burst"
    GATHERED = "gathered"
