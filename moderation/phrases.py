"""How verdicts are told to people: who did what, and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_noop

from moderation.enums import RejectReason, ReviewKind, Verdict
from pipeline.dates.event_times import zone_or_utc

#: After a name: "Anna Rao approved it".
_ACTIVE: Final[Mapping[str, str]] = {
    Verdict.APPROVE: "approved it",
    Verdict.REJECT: "rejected it",
    Verdict.REMOVE: "removed it",
    Verdict.FLAG: "flagged it",
    Verdict.MERGE: "merged it",
    Verdict.DIFFERENT: "kept the two apart",
    Verdict.ACCEPT_CHANGE: "accepted the change",
    Verdict.DECLINE_CHANGE: "kept what was published",
    Verdict.ACCEPT_RUN: "applied the run",
    Verdict.DISCARD_RUN: "discarded the run",
    Verdict.RUN_AGAIN: "had the source fetched again",
    Verdict.PAUSE_SOURCE: "paused the source",
    Verdict.EDIT: "edited it",
    Verdict.UPHOLD: "upheld the reports",
    Verdict.DISMISS: "dismissed the reports",
    Verdict.CANCEL: "marked it as cancelled",
    Verdict.ACCEPT_FIX: "took a reader’s value",
    Verdict.GRANT: "granted it",
    Verdict.REFUSE: "refused it",
    Verdict.UNDO: "undid the last verdict",
}
#: Before a title: "Approved: Raga at Dusk".
_DONE: Final[Mapping[str, str]] = {
    Verdict.APPROVE: "Approved",
    Verdict.REJECT: "Rejected",
    Verdict.REMOVE: "Removed",
    Verdict.FLAG: "Flagged",
    Verdict.MERGE: "Merged",
    Verdict.DIFFERENT: "Kept apart",
    Verdict.ACCEPT_CHANGE: "Change accepted",
    Verdict.DECLINE_CHANGE: "Published values kept",
    Verdict.ACCEPT_RUN: "Run applied",
    Verdict.DISCARD_RUN: "Run discarded",
    Verdict.RUN_AGAIN: "Fetched again",
    Verdict.PAUSE_SOURCE: "Source paused",
    Verdict.EDIT: "Edited",
    Verdict.UPHOLD: "Reports upheld",
    Verdict.DISMISS: "Reports dismissed",
    Verdict.CANCEL: "Marked as cancelled",
    Verdict.ACCEPT_FIX: "Reader’s value taken",
    Verdict.GRANT: "Granted",
    Verdict.REFUSE: "Refused",
    Verdict.UNDO: "Undone",
}
#: What each verdict on a quarantined run does.
EFFECTS: Final[Mapping[str, str]] = {
    Verdict.ACCEPT_RUN: "The run replaces what readers see now: events that it lacks go missing, others move or get new titles.",
    Verdict.DISCARD_RUN: "Nothing of the run is used, and readers see what they see now. The source is fetched again when it is due.",
    Verdict.RUN_AGAIN: "Nothing of this run is used. The source is fetched again at once; if it still sends the same, that run waits here too.",
    Verdict.PAUSE_SOURCE: "Nothing of this run is used, and nothing more is fetched from the source until somebody resumes it on its page.",
}
#: The reasons in the order of their digits.
REASONS: Final[Mapping[str, str]] = {
    RejectReason.NOT_AN_EVENT: gettext_noop("Not an event"),
    RejectReason.SPAM: gettext_noop("Spam"),
    RejectReason.OFFENSIVE: gettext_noop("Offensive"),
    RejectReason.WRONG_FACTS: gettext_noop("Wrong facts"),
    RejectReason.DUPLICATE: gettext_noop("Duplicate"),
    RejectReason.OUT_OF_AREA: gettext_noop("Out of area"),
    RejectReason.PAST: gettext_noop("Over already"),
    RejectReason.OTHER: gettext_noop("Other"),
}

#: What a verdict on what a team asks for does, by the kind of the review.
ASKED: Final[Mapping[str, Mapping[str, str]]] = {
    ReviewKind.CLAIM: {
        Verdict.GRANT: "The account becomes an owner of the team, and its word stands above that of sources. It gets a mail.",
        Verdict.REFUSE: "The account stays outside the team. It gets a mail, and may write again.",
    },
    ReviewKind.MESSAGE: {
        Verdict.GRANT: "The message is mailed to everybody it is for.",
        Verdict.REFUSE: "The message is not sent. Its team sees that.",
    },
    ReviewKind.RATING: {
        Verdict.GRANT: "Readers see it, and it counts. Of many together, those with words are asked about one by one.",
        Verdict.REFUSE: "No reader sees it, and it does not count. Whoever wrote it sees that, and may write again.",
    },
    ReviewKind.PHOTO: {
        Verdict.GRANT: "Readers see it within a minute or two.",
        Verdict.REFUSE: "It is deleted, with its files, and the same picture does not come again. Whoever gave it sees that it was refused. Your "
        "note is kept with its hashes, for moderators.",
    },
}

#: What a kind of review is called at the desk.
_KINDS: Final[Mapping[str, str]] = {
    ReviewKind.EVENT: "Event",
    ReviewKind.CHANGE: "Change",
    ReviewKind.MATCH: "Duplicate?",
    ReviewKind.VENUE: "One venue?",
    ReviewKind.RUN: "Quarantined run",
    ReviewKind.REPORT: "Report",
    ReviewKind.SPOT: "Spot check",
    ReviewKind.APPEAL: "Appeal",
    ReviewKind.CLAIM: "Speaks for it?",
    ReviewKind.MESSAGE: "Message to guests",
    ReviewKind.RATING: "Rating",
    ReviewKind.PHOTO: "Photo",
}


def kind_words(kind: str) -> str:
    """What a kind of review is called at the desk."""
    return _KINDS.get(kind, kind)


def when_there(review: Any) -> str:
    """When its event starts, in the zone of its city: `Fri 27 Nov 19:00 IST`; '' for what has no start."""
    if review.starts_at is None:
        return ""
    zone = zone_or_utc(review.city.timezone if review.city else "")
    return f"{review.starts_at.astimezone(zone):%a %-d %b %H:%M %Z}"


def told(verdict: str, reason: str = "") -> str:
    """A verdict for a title that follows: `Rejected (spam)`."""
    return f"{_DONE.get(verdict, verdict.replace('_', ' ').capitalize())}{_because(reason)}"


def deed(decision: Any, zone: str = "") -> str:
    """Who decided what, and when: `Anna Rao rejected it (spam) on Sat 21 Nov 2026 at 19:03 IST`."""
    did = _ACTIVE.get(decision.verdict, f"decided “{decision.verdict.replace('_', ' ')}”")
    return f"{decision.by or 'A rule'} {did}{_because(decision.reason)} {moment(decision.at, zone)}"


def moment(at: datetime, zone: str = "") -> str:
    """A moment in a zone, which is named: `on Sat 21 Nov 2026 at 19:03 IST`. UTC where it is not known."""
    there = zone_or_utc(zone)
    return f"on {at.astimezone(there):%a %-d %b %Y at %H:%M %Z}"


def _because(reason: str) -> str:
    return f" ({REASONS.get(reason, reason.replace('_', ' ')).lower()})" if reason else ""
