"""Recognizes the same text or picture in other people's events, and decides whether it was copied. Pure."""

from hashlib import blake2b
from typing import Final

from rapidfuzz import fuzz

from pipeline import patterns
from pipeline.contract.lookups import Copied
from pipeline.contract.normalized import NormalizedEvent
from pipeline.text.folding import fold_name
from pipeline.text.markup import line_of

#: Nobody copies a shorter text: "Doors at seven, show at eight."
LEAST_LETTERS: Final = 80
#: From this similarity of titles on (0 to 100) two events are the same show, elsewhere, on another day or
#: from another source.
SAME_SHOW: Final = 75.0
_NOT_WORDS: Final = patterns.compile(r"[\W_]+")


def text_key(description: str) -> int | None:
    """64 bits (signed) of the words of a description (HTML or text); None below 80 letters.

    The same whatever the markup, case and punctuation.
    """
    words = " ".join(_NOT_WORDS.sub(" ", line_of(description)).casefold().split())
    if len(words) < LEAST_LETTERS:
        return None
    return int.from_bytes(
        blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )


def is_copy(event: NormalizedEvent, other: Copied) -> bool:
    """Whether the common text or picture was copied.

    Not where both are one show (a series, a tour, the same event at another source), nor where one organizer,
    venue or performer reuses its own words.
    """
    organizer = fold_name(event.organizer.name) if event.organizer else ""
    if organizer and organizer == fold_name(other.organizer):
        return False
    venue = fold_name(event.venue.name)
    if venue and venue == fold_name(other.venue):
        return False
    if {fold_name(name) for name in event.performers} & {fold_name(name) for name in other.performers}:
        return False
    title, others = fold_name(event.title), fold_name(other.title)
    return fuzz.token_set_ratio(title, others) < SAME_SHOW and fuzz.ratio(title, others) < SAME_SHOW
