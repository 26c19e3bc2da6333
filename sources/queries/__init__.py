"""Named reads of sources."""

from sources.queries.alike import candidates
from sources.queries.yields import Attempt, Day, Usual, daily_yield, last_attempts, usual_yields

__all__ = ["Attempt", "Day", "Usual", "candidates", "daily_yield", "last_attempts", "usual_yields"]
