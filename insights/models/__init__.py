"""The tables of insights."""

from insights.models.anomalies import Anomaly, Intake, Look
from insights.models.expectations import Expectation, ExpectationAccuracy
from insights.models.factors import EventFactors, EventPair, LearntModel
from insights.models.figures import CohortWeek, Figure, PendingAct
from insights.models.hidden import Hidden
from insights.models.log import InteractionRow, InteractionSum, Participant

__all__ = [
    "Anomaly",
    "CohortWeek",
    "EventFactors",
    "EventPair",
    "Expectation",
    "ExpectationAccuracy",
    "Figure",
    "Hidden",
    "Intake",
    "InteractionRow",
    "InteractionSum",
    "LearntModel",
    "Look",
    "Participant",
    "PendingAct",
]
