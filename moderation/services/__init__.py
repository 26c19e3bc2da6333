"""The services of moderation: judge events before they are visible, file reviews, decide, undo, anonymize."""

from moderation.services.anonymizing import anonymize_evidence
from moderation.services.deciding import claim, decide, decide_many
from moderation.services.direct_decisions import record_direct_decisions, record_rule_decisions
from moderation.services.judging import Filing, file_reviews, judge, withdraw
from moderation.services.undoing import undo

__all__ = [
    "Filing",
    "anonymize_evidence",
    "claim",
    "decide",
    "decide_many",
    "file_reviews",
    "judge",
    "record_direct_decisions",
    "record_rule_decisions",
    "undo",
    "withdraw",
]
