"""Reading of the log."""

from insights.queries.hidden import hidden_by, hidden_for, hidden_rows
from insights.queries.participants import kept_of, participant_of

__all__ = ["hidden_by", "hidden_for", "hidden_rows", "kept_of", "participant_of"]
