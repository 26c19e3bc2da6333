"""Chooses the canonical event's fields from the contributions of its listings, and converts them to columns.

Pure, and independent of the order of the contributions. Facts are the JSON object of a normalized event
(docs/interfaces.md) with `located` beside it, as `Listing.facts` keeps them, so that a merge can be computed
again from stored data, and undone exactly.
"""

from events.facts.choosing import (
    MAX_UNION,
    MEANINGFUL_TEXT,
    Canonical,
    Contribution,
    Facts,
    canonical,
    facts_of,
    joined_flags,
)
from events.facts.columns import columns, differing, times_of

__all__ = [
    "MAX_UNION",
    "MEANINGFUL_TEXT",
    "Canonical",
    "Contribution",
    "Facts",
    "canonical",
    "columns",
    "differing",
    "facts_of",
    "joined_flags",
    "times_of",
]
