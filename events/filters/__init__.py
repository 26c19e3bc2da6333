"""EventFilter: the events for a page, an API request, a feed, a live subscription or a mail.

Two evaluators implement it: `events.queries.filtered` in the database, `matches` in memory on the public
event (docs/interfaces.md). A test compares them. Pure: free of Django, and the caller gives the time.
"""

from events.filters.conditions import EventFilter, Ordering, read_box
from events.filters.matching import LONG, Question, is_over, matches
from events.filters.windows import Window, days_window, going_out_window, window
from events.filters.words import WordQuery, parse

__all__ = [
    "LONG",
    "EventFilter",
    "Ordering",
    "Question",
    "Window",
    "WordQuery",
    "days_window",
    "going_out_window",
    "is_over",
    "matches",
    "parse",
    "read_box",
    "window",
]
