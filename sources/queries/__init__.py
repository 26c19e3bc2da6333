"""Named reads of sources."""

from sources.queries.alike import candidates
from sources.queries.quality import QualityDay, daily_quality, worths
from sources.queries.yields import Attempt, Day, Usual, daily_yield, last_attempts, usual_yields

__all__ = [
    "Attempt",
    "Day",
    "QualityDay",
    "Usual",
    "candidates",
    "daily_quality",
    "daily_yield",
    "last_attempts",
    "usual_yields",
    "worths",
]
