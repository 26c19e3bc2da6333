"""Which verdicts there are: on what, with which rights, and where they move events; and what refuses one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from accounts.rights import Actor
from events.enums import Publication
from moderation.enums import RejectReason, ReviewKind, ReviewState, Verdict
from moderation.exceptions import Conflict, ModerationError, ReasonMissing
from moderation.models import Review
from moderation.services.claiming import changed, held, holder, settled
from moderation.services.edits import Edit

#: The rights for verdicts on objects of higher apps, whose services are not called from here.
NEEDED: Final[Mapping[Verdict, tuple[str, ...]]] = {
    Verdict.ACCEPT_RUN: ("sources.accept_fetchrun",),
    Verdict.DISCARD_RUN: ("sources.accept_fetchrun",),
    Verdict.RUN_AGAIN: ("sources.accept_fetchrun", "sources.run_source"),
    Verdict.PAUSE_SOURCE: ("sources.accept_fetchrun", "sources.add_pause"),
}

#: The verdicts that each kind of review allows.
VERDICTS: Final[Mapping[ReviewKind, frozenset[Verdict]]] = {
    ReviewKind.EVENT: frozenset(
        {
            Verdict.APPROVE,
            Verdict.REJECT,
            Verdict.REMOVE,
            Verdict.FLAG,
            Verdict.MERGE,
            Verdict.DIFFERENT,
            Verdict.EDIT,
        }
    ),
    ReviewKind.CHANGE: frozenset(
        {Verdict.ACCEPT_CHANGE, Verdict.DECLINE_CHANGE, Verdict.REMOVE, Verdict.FLAG, Verdict.EDIT}
    ),
    ReviewKind.MATCH: frozenset({Verdict.MERGE, Verdict.DIFFERENT, Verdict.EDIT}),
    ReviewKind.VENUE: frozenset({Verdict.MERGE, Verdict.DIFFERENT}),
    ReviewKind.RUN: frozenset(
        {Verdict.ACCEPT_RUN, Verdict.DISCARD_RUN, Verdict.RUN_AGAIN, Verdict.PAUSE_SOURCE}
    ),
    ReviewKind.REPORT: frozenset(
        {
            Verdict.UPHOLD,
            Verdict.DISMISS,
            Verdict.CANCEL,
            Verdict.ACCEPT_FIX,
            Verdict.REMOVE,
            Verdict.FLAG,
            Verdict.EDIT,
        }
    ),
    ReviewKind.APPEAL: frozenset({Verdict.APPROVE, Verdict.REJECT, Verdict.EDIT}),
    ReviewKind.CLAIM: frozenset({Verdict.GRANT, Verdict.REFUSE}),
    ReviewKind.MESSAGE: frozenset({Verdict.GRANT, Verdict.REFUSE}),
    ReviewKind.RATING: frozenset({Verdict.GRANT, Verdict.REFUSE}),
    ReviewKind.PHOTO: frozenset({Verdict.GRANT, Verdict.REFUSE}),
    ReviewKind.SPOT: frozenset({Verdict.APPROVE, Verdict.REMOVE, Verdict.FLAG, Verdict.EDIT}),
}

#: Where the verdicts that move events move them.
PUBLICATIONS: Final[Mapping[Verdict, Publication]] = {
    Verdict.APPROVE: Publication.APPROVED,
    Verdict.REJECT: Publication.REJECTED,
    Verdict.REMOVE: Publication.REMOVED,
    Verdict.FLAG: Publication.FLAGGED,
}
#: The kinds of review whose object is an event. That of a likeness may be a listing, which a person joined by hand or which moved away.
ABOUT_EVENTS: Final = frozenset(ReviewKind) - {
    ReviewKind.MATCH, ReviewKind.VENUE, ReviewKind.RUN, ReviewKind.CLAIM, ReviewKind.MESSAGE, ReviewKind.RATING, ReviewKind.PHOTO,
}  # fmt: skip


def check(
    review: Review,
    verdict: Verdict,
    *,
    by: Actor,
    version: int | None,
    reason: str,
    now: datetime,
    edit: Edit | None = None,
) -> None:
    """Raise Conflict, ReasonMissing or ModerationError where the verdict cannot be carried out on the review.

    Reads the review's city and holder.
    """
    _check_open(review, by=by, version=version, now=now)
    _check_verdict(review, verdict, reason=reason, edit=edit)


def _check_open(review: Review, *, by: Actor, version: int | None, now: datetime) -> None:
    if review.state != ReviewState.OPEN:
        raise Conflict(settled(review))
    if holder(review, by=by, now=now) is not None:
        raise Conflict(held(review))
    if version is not None and version != review.version:
        raise Conflict(changed(review))


def _check_verdict(review: Review, verdict: Verdict, *, reason: str, edit: Edit | None) -> None:
    if verdict not in VERDICTS[ReviewKind(review.kind)]:
        raise ModerationError(f"A review of kind {review.kind} does not accept the verdict {verdict.value}.")
    if verdict in (Verdict.REJECT, Verdict.REMOVE) and reason not in {r.value for r in RejectReason}:
        raise ReasonMissing("Choose one of the reasons.")
    if verdict is Verdict.EDIT and not edit:
        raise ModerationError("Say what to change.")
