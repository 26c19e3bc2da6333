"""The tables of insights."""

from insights.models.figures import CohortWeek, Figure, PendingAct
from insights.models.hidden import Hidden
from insights.models.log import InteractionRow, InteractionSum, Participant

__all__ = [
    "CohortWeek",
    "Figure",
    "Hidden",
    "InteractionRow",
    "InteractionSum",
    "Participant",
    "PendingAct",
]
