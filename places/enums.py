"""Enumerations of places."""

from enum import StrEnum


class CityState(StrEnum):
    """The state of a city.

    A proposed city collects events outside every known one until an operator accepts it.
    """

    PROPOSED = "proposed"
    ACTIVE = "active"
    HIDDEN = "hidden"


class PlaceState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"
    MERGED = "merged"


class TeamRole(StrEnum):
    """What a member of a team may do: an owner everything, an editor change events, a helper see lists and check in."""

    OWNER = "owner"
    EDITOR = "editor"
    HELPER = "helper"


class Openness(StrEnum):
    """Whether a place is open. Never guessed: without evidence it is unknown."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Crowd(StrEnum):
    EMPTY = "empty"
    QUIET = "quiet"
    MODERATE = "moderate"
    BUSY = "busy"
    PACKED = "packed"
    UNKNOWN = "unknown"


class StatusSource(StrEnum):
    GOOGLE = "google"
    BUSINESS = "business"
    USER = "user"
    PREDICTION = "prediction"


class Answer(StrEnum):
    """The questions about a place now; each has its own evidence."""

    OPENNESS = "openness"
    CROWD = "crowd"
    WAITING = "waiting_minutes"
    SPECIAL = "special"
