"""Vocabulary of moderation."""

from enum import StrEnum


class ReviewKind(StrEnum):
    """The question of a review."""

    EVENT = "event"
    CHANGE = "change"
    MATCH = "match"
    VENUE = "venue"
    RUN = "run"
    REPORT = "report"


class ReviewState(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    REMOVE = "remove"
    FLAG = "flag"
    MERGE = "merge"
    DIFFERENT = "different"
    ACCEPT_CHANGE = "accept_change"
    DECLINE_CHANGE = "decline_change"
    ACCEPT_RUN = "accept_run"
    DISCARD_RUN = "discard_run"
    UNDO = "undo"


class RejectReason(StrEnum):
    NOT_AN_EVENT = "not_an_event"
    SPAM = "spam"
    OFFENSIVE = "offensive"
    WRONG_FACTS = "wrong_facts"
    DUPLICATE = "duplicate"
    OUT_OF_AREA = "out_of_area"
    PAST = "past"
    OTHER = "other"
