"""The services of moderation: judge events before they are visible, file reviews, claim, decide, undo, anonymize."""

from moderation.services.anonymizing import anonymize_evidence
from moderation.services.bulk import start_bulk, undo_bulk
from moderation.services.claiming import claim, keep, release, take_over
from moderation.services.deciding import decide, decide_many
from moderation.services.direct_decisions import (
    record_direct_decisions,
    record_direct_edit,
    record_rule_decisions,
)
from moderation.services.edits import Edit
from moderation.services.filters import forget_filter, save_filter
from moderation.services.judging import Filing, file_reviews, forget_evidence, judge, withdraw
from moderation.services.reports import report
from moderation.services.undoing import undo

__all__ = [
    "Edit",
    "Filing",
    "anonymize_evidence",
    "claim",
    "decide",
    "decide_many",
    "file_reviews",
    "forget_evidence",
    "forget_filter",
    "judge",
    "keep",
    "record_direct_decisions",
    "record_direct_edit",
    "record_rule_decisions",
    "release",
    "report",
    "save_filter",
    "start_bulk",
    "take_over",
    "undo",
    "undo_bulk",
    "withdraw",
]
