"""Reading of the log."""

from insights.queries.participants import participant_of

__all__ = ["participant_of"]
