"""Opening hours in OpenStreetMap's syntax
(https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification), free of Django.

What the parser does not surely understand is `Unsupported`, and `is_open` then answers None: never a guess.
"""

from pipeline.hours.evaluate import Interval, State, intervals, is_open, next_change, speaks_of_holidays
from pipeline.hours.grammar import Unsupported
from pipeline.hours.rules import parse
from pipeline.hours.write import weekly

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
