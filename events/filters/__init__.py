"""EventFilter: which events a page, an API request, a feed, a live subscription or a mail asks for.

Two evaluators read it: `events.queries.filtered` in the database, `matches` in memory on the public event
(docs/interfaces.md). A test holds them together. Pure: no Django, no clock of its own.
"""

from events.filters.conditions import EventFilter, Ordering
from events.filters.matching import LONG, is_over, matches
from events.filters.windows import Window, going_out_window, window

__all__ = ["LONG", "EventFilter", "Ordering", "Window", "going_out_window", "is_over", "matches", "window"]
