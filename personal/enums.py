"""Words of what a person keeps."""

from enum import StrEnum


class FollowKind(StrEnum):
    """What can be followed."""

    VENUE = "venue"
    ORGANIZER = "organizer"
    PERFORMER = "performer"
    AREA = "area"
