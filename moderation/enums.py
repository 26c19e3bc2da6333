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
    APPEAL = "appeal"
    SPOT = "spot"
    CLAIM = "claim"
    MESSAGE = "message"
    RATING = "rating"
    PHOTO = "photo"


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
    RUN_AGAIN = "run_again"
    PAUSE_SOURCE = "pause_source"
    EDIT = "edit"
    UNDO = "undo"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    CANCEL = "cancel"
    ACCEPT_FIX = "accept_fix"
    GRANT = "grant"
    REFUSE = "refuse"


class ClaimState(StrEnum):
    """What came of a claim that a moderator decides."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class BulkState(StrEnum):
    """How far a bulk decision is."""

    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class ItemState(StrEnum):
    """What came of one review of a bulk decision. KEPT is one whose undoing was refused; LEFT was never begun."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    LEFT = "left"
    UNDONE = "undone"
    KEPT = "kept"


class RejectReason(StrEnum):
    NOT_AN_EVENT = "not_an_event"
    SPAM = "spam"
    OFFENSIVE = "offensive"
    WRONG_FACTS = "wrong_facts"
    DUPLICATE = "duplicate"
    OUT_OF_AREA = "out_of_area"
    PAST = "past"
    OTHER = "other"


class FieldGroup(StrEnum):
    """The groups of fields in which a source is trusted, or not."""

    WHAT = "what"
    WHEN = "when"
    WHERE = "where"
    PRICE = "price"
    TEXT = "text"


class SubjectKind(StrEnum):
    """Whose facts are trusted."""

    SOURCE = "source"
    SUBMITTER = "submitter"


class VerdictCause(StrEnum):
    """What a verdict about a source's facts came from."""

    DECISION = "decision"
    READING = "reading"


class ReportKind(StrEnum):
    """What a reader reports about an event."""

    WRONG_TIME = "wrong_time"
    CANCELLED = "cancelled"
    SPAM = "spam"
    OFFENSIVE = "offensive"
    DUPLICATE = "duplicate"
    RIGHTS = "rights"
    CORRECTION = "correction"


class ReportState(StrEnum):
    """Whether a report was right, by a moderator's verdict."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class OptOutKind(StrEnum):
    """What an owner asks us not to fetch, list or show."""

    DOMAIN = "domain"
    SOURCE = "source"
    ORGANIZER = "organizer"
    PERFORMER = "performer"
    EVENT = "event"
    PICTURE = "picture"


class OptOutState(StrEnum):
    """Asked, obeyed, refused by a moderator, or undone."""

    ASKED = "asked"
    STANDING = "standing"
    REFUSED = "refused"
    UNDONE = "undone"
