"""Named queries on sources."""

from sources.queries.alike import Ahead, candidates, look_ahead
from sources.queries.matcher_rows import as_candidates, of_facts
from sources.queries.quality import QualityDay, daily_quality, worths
from sources.queries.yields import Attempt, Day, Usual, daily_yield, last_attempts, usual_yields

__all__ = [
    "Ahead",
    "Attempt",
    "Day",
    "QualityDay",
    "Usual",
    "as_candidates",
    "candidates",
    "daily_quality",
    "daily_yield",
    "last_attempts",
    "look_ahead",
    "of_facts",
    "usual_yields",
    "worths",
]
