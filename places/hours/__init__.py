"""Opening hours in OpenStreetMap's syntax
(https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification), free of Django.

What the parser does not surely understand is `Unsupported`, and `is_open` then answers None: never a guess.
"""

from places.hours.evaluate import Interval, State, intervals, is_open, next_change, speaks_of_holidays
from places.hours.grammar import Unsupported
from places.hours.rules import parse
from places.hours.write import weekly

__all__ = [
    "Interval",
    "State",
    "Unsupported",
    "intervals",
    "is_open",
    "next_change",
    "parse",
    "speaks_of_holidays",
    "weekly",
]
