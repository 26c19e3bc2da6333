"""Named queries on sources. What may match a batch finds `alike`, which needs numpy."""

from sources.queries.matcher_rows import as_candidates, of_facts
from sources.queries.quality import QualityDay, daily_quality, worths
from sources.queries.yields import Attempt, Day, Usual, daily_yield, last_attempts, usual_yields

__all__ = [
    "Attempt",
    "Day",
    "QualityDay",
    "Usual",
    "as_candidates",
    "daily_quality",
    "daily_yield",
    "last_attempts",
    "of_facts",
    "usual_yields",
    "worths",
]
