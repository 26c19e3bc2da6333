"""The reasons of reviews by a short key each, so that the queue is filtered and grouped by them. Pure.

Reasons are sentences for people, with names and numbers in them; a key is what they have in common.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from moderation.enums import ReviewKind

#: Each key with its words in the filter.
REASONS: Final[Mapping[str, str]] = {
    "untrusted": "source is not trusted",
    "blocked": "source is blocked",
    "always": "source always needs a review",
    "quality": "quality too low",
    "category": "category is a guess",
    "no_city": "no known city",
    "same": "may be a duplicate",
    "venue": "may be one venue",
    "mismatch": "no longer fits its other sources",
    "spam": "looks like spam",
    "check": "another check failed",
    "prose": "read from prose",
    "model": "read by a language model",
    "retitled": "title changed",
    "rewritten": "text changed",
    "links": "links changed",
    "again": "cancelled, and takes place again",
    "locked": "changed at the source, set by a person",
    "parted": "taken out of another event",
    "run": "run set aside",
    "report": "reported by readers",
    "spot": "published by itself, to be looked at",
    "claim": "somebody speaks for it",
    "message": "a team writes to guests",
    "rating": "a rating, or an answer to one",
    "photo": "a photo of a reader",
    "other": "another reason",
}
#: Kinds of review that are their own reason.
_ITSELF: Final = (
    ReviewKind.RUN, ReviewKind.REPORT, ReviewKind.SPOT, ReviewKind.CLAIM, ReviewKind.MESSAGE, ReviewKind.RATING,
    ReviewKind.PHOTO,
)  # fmt: skip
#: Beginnings of sentences, and words within them, with the key that they mean. The first that fits counts.
_BEGINS: Final = (
    ("may be the same as", "same"),
    ("may be one venue", "venue"),
    ("category ", "category"),
    ("category:", "category"),
    ("quality ", "quality"),
    ("no known city", "no_city"),
    ("every event of ", "always"),
    ("read from prose", "prose"),
    ("read by a language model", "model"),
    ("title and time both changed", "retitled"),
    ("the title changed", "retitled"),
    ("the description changed", "rewritten"),
    ("the description links", "links"),
    ("a cancelled event takes place again", "again"),
    ("a locked field changed", "locked"),
    ("it was taken out of another event", "parted"),
    ("spam:", "spam"),
)
_CONTAINS: Final = (
    (" is not trusted to ", "untrusted"),
    (" is too low.", "quality"),
    (" moved from ", "links"),
    ("no longer fits the event's other listings", "mismatch"),
)


def keys_of(kind: ReviewKind, reasons: Iterable[str]) -> list[str]:
    """The keys of a review's reasons, each once, in the order of `REASONS`."""
    if kind in _ITSELF:
        return [kind.value]
    found = {_key(reason) for reason in reasons}
    return [key for key in REASONS if key in found]


def _key(reason: str) -> str:
    for beginning, key in _BEGINS:
        if reason.startswith(beginning):
            return key
    for part, key in _CONTAINS:
        if part in reason:
            return key
    if reason.endswith(" is blocked"):
        return "blocked"
    check, colon, _ = reason.partition(":")
    return "check" if colon and check.replace("_", "").isalpha() and check.islower() else "other"
