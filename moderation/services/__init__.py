"""The verbs of moderation: judge before anything is visible, file what a person should see, decide,
forget."""

from moderation.services.deciding import claim, decide, decide_many
from moderation.services.forgetting import anonymize_evidence
from moderation.services.judging import Filing, file_reviews, judge, withdraw
from moderation.services.settling import keep_rules, settle
from moderation.services.undoing import undo

__all__ = [
    "Filing",
    "anonymize_evidence",
    "claim",
    "decide",
    "decide_many",
    "file_reviews",
    "judge",
    "keep_rules",
    "settle",
    "undo",
    "withdraw",
]
