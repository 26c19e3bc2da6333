"""Reviews and decisions, the rules' settings, and what is trusted."""

from moderation.models.bulk import BulkDecision, BulkItem, SavedFilter
from moderation.models.claim import TeamClaim
from moderation.models.conversation import Conversation, Message
from moderation.models.opt_out import OptOut
from moderation.models.report import Report
from moderation.models.review import LONGEST_REASON, MOST_EVENTS, Decision, Reading, Review
from moderation.models.rules import LabelReport, RuleSetting
from moderation.models.trust import SubmittedEvent, TrustSubject, TrustVerdict

__all__ = [
    "LONGEST_REASON",
    "MOST_EVENTS",
    "BulkDecision",
    "BulkItem",
    "Conversation",
    "Decision",
    "LabelReport",
    "Message",
    "OptOut",
    "Reading",
    "Report",
    "Review",
    "RuleSetting",
    "SavedFilter",
    "SubmittedEvent",
    "TeamClaim",
    "TrustSubject",
    "TrustVerdict",
]
