"""Words of galleries. Values are stored: add, never rename."""

from enum import StrEnum


class PhotoState(StrEnum):
    """`waiting` for a moderator; `passed` by one, its sizes are being made; `refused`, at first or after it was shown."""

    WAITING = "waiting"
    PASSED = "passed"
    SHOWN = "shown"
    REFUSED = "refused"


class Objection(StrEnum):
    """What a reader says is wrong with a photo."""

    PERSON = "person"
    RIGHTS = "rights"
    OFFENSIVE = "offensive"
    OTHER = "other"
