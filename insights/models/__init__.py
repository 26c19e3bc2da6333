"""The tables of insights."""

from insights.models.log import InteractionRow, InteractionSum, Participant

__all__ = ["InteractionRow", "InteractionSum", "Participant"]
