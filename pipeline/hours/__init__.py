"""Opening hours in OpenStreetMap's syntax.

Free of Django. https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification. Uncertain syntax raises
`Unsupported`, and `is_open` then returns None: never a guess.
"""

from pipeline.hours.evaluate import Interval, State, intervals, is_open, next_change, speaks_of_holidays
from pipeline.hours.grammar import Unsupported
from pipeline.hours.rules import parse
from pipeline.hours.write import weekly

__all__ = [
    "Interval", "State", "Unsupported", "intervals", "is_open", "next_change", "parse", "speaks_of_holidays", "weekly",
]  # fmt: skip
