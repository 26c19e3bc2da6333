"""Words of operation."""

from enum import StrEnum


class State(StrEnum):
    """How a component does. Off: nobody switched it on, so nothing is wrong."""

    OK = "ok"
    OFF = "off"
    UNKNOWN = "unknown"
    DEGRADED = "degraded"
    DOWN = "down"
