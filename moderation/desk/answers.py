"""The verdicts that the desk offers on a review: their words, keys, and which of them ask first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.rights import Actor, may
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.models import Review
from moderation.phrases import ASKED, EFFECTS, REASONS
from moderation.services.undoing import is_undoable
from moderation.services.verdicts import NEEDED, VERDICTS

#: Between a verdict and its reason in the value of one button: `reject:spam`.
_JOINT: Final = ":"


@dataclass(frozen=True, slots=True)
class Answer:
    """One button. `key` presses it; with `reasons` it opens them, each with a digit.

    After one that `goes_on` the next item is shown, unless it is refused: it asks nothing and leaves nothing open.
    """

    value: str
    words: str
    key: str = ""
    look: str = ""
    reasons: tuple[tuple[str, str, int], ...] = ()
    goes_on: bool = False


#: What a button says by the review's kind. A run has no key: one that approves events must never apply it.
_WORDS: Final[Mapping[ReviewKind, tuple[tuple[Verdict, str, str, str], ...]]] = {
    ReviewKind.EVENT: (
        (Verdict.APPROVE, "Approve", "a", "yes"),
        (Verdict.REJECT, "Reject", "r", "no"),
        (Verdict.FLAG, "Flag", "f", ""),
        (Verdict.REMOVE, "Remove", "", "no"),
    ),
    ReviewKind.CHANGE: (
        (Verdict.ACCEPT_CHANGE, "Accept the change", "a", "yes"),
        (Verdict.DECLINE_CHANGE, "Keep what is published", "r", "no"),
        (Verdict.FLAG, "Flag", "f", ""),
        (Verdict.REMOVE, "Remove", "", "no"),
    ),
    ReviewKind.REPORT: (
        (Verdict.UPHOLD, "They are right", "a", "yes"),
        (Verdict.DISMISS, "Nothing is wrong", "d", ""),
        (Verdict.REMOVE, "Remove", "r", "no"),
        (Verdict.FLAG, "Flag", "f", ""),
    ),
    ReviewKind.APPEAL: (
        (Verdict.APPROVE, "List it", "a", "yes"),
        (Verdict.REJECT, "Reject again", "r", "no"),
    ),
    ReviewKind.SPOT: (
        (Verdict.APPROVE, "It is right", "a", "yes"),
        (Verdict.REMOVE, "Remove", "r", "no"),
        (Verdict.FLAG, "Flag", "f", ""),
    ),
    ReviewKind.CLAIM: (
        (Verdict.GRANT, "Grant …", "", ""),
        (Verdict.REFUSE, "Refuse …", "", "no"),
    ),
    ReviewKind.MESSAGE: (
        (Verdict.GRANT, "Send it …", "", ""),
        (Verdict.REFUSE, "Do not send it …", "", "no"),
    ),
    ReviewKind.RATING: (
        (Verdict.GRANT, "Show it …", "", "yes"),
        (Verdict.REFUSE, "Do not show it …", "", "no"),
    ),
    ReviewKind.PHOTO: (
        (Verdict.GRANT, "Show it …", "", "yes"),
        (Verdict.REFUSE, "Take it down …", "", "no"),
    ),
    ReviewKind.RUN: (
        (Verdict.ACCEPT_RUN, "Apply the run …", "", ""),
        (Verdict.DISCARD_RUN, "Discard the run", "", "no"),
        (Verdict.RUN_AGAIN, "Fetch again …", "", ""),
        (Verdict.PAUSE_SOURCE, "Pause the source …", "", ""),
    ),
}
#: Kinds that any verdict settles whole. Of several reports on one event a verdict may answer some.
_GO_ON: Final = frozenset({ReviewKind.EVENT, ReviewKind.CHANGE, ReviewKind.SPOT, ReviewKind.APPEAL})
_REASONED: Final = frozenset({Verdict.REJECT, Verdict.REMOVE})


def answers_to(review: Review, *, by: Actor) -> list[Answer]:
    """The buttons for an open review; those alone for which the actor has the right."""
    if review.state != ReviewState.OPEN:
        return []
    kind = ReviewKind(review.kind)
    return [
        Answer(verdict.value, words, key, look, _reasons(verdict), kind in _GO_ON and is_undoable(verdict))
        for verdict, words, key, look in _WORDS.get(kind, ())
        if verdict in VERDICTS[kind]
        and may(by, *NEEDED.get(verdict, ()))
        and not _is_senseless(review, verdict)
    ]


def _is_senseless(review: Review, verdict: Verdict) -> bool:
    """Whether a source that is never fetched would be fetched again, or no longer."""
    return verdict in (Verdict.RUN_AGAIN, Verdict.PAUSE_SOURCE) and review.evidence.get("is_fetched") is False


def read_answer(value: str) -> tuple[Verdict, str]:
    """The verdict and the reason of a pressed button. Raises ValueError for an unknown verdict."""
    verdict, _, reason = value.partition(_JOINT)
    return Verdict(verdict), reason


def question(review: Review, verdict: Verdict) -> dict[str, Any] | None:
    """What to ask before a verdict that cannot be undone; None where it can be."""
    if is_undoable(verdict):
        return None
    heading, effect = _effect(review, verdict)
    return {"heading": heading, "effect": f"{effect} This cannot be undone.", "value": verdict.value}


def _effect(review: Review, verdict: Verdict) -> tuple[str, str]:
    evidence = review.evidence
    if verdict == Verdict.ACCEPT_RUN:
        why = "; ".join(review.reasons) or str(evidence.get("reason") or "")
        source = evidence.get("source_name") or evidence.get("source") or "its source"
        found = f" of {evidence['found']} records" if evidence.get("found") is not None else ""
        words = f"It waits because of this: {why}." if why else ""
        return "Apply this run?", f"The run{found} is from {source}. {words} {EFFECTS[verdict]}"
    if verdict in (Verdict.RUN_AGAIN, Verdict.PAUSE_SOURCE):
        heading = "Fetch the source again?" if verdict == Verdict.RUN_AGAIN else "Pause the source?"
        return heading, EFFECTS[verdict]
    if review.kind in ASKED:
        return "Decide this?", ASKED[review.kind].get(verdict, "")
    return "Do this?", f"The verdict is “{verdict.value.replace('_', ' ')}”."


def _reasons(verdict: Verdict) -> tuple[tuple[str, str, int], ...]:
    if verdict not in _REASONED:
        return ()
    return tuple(
        (f"{verdict.value}{_JOINT}{value}", words, digit)
        for digit, (value, words) in enumerate(REASONS.items(), start=1)
    )
