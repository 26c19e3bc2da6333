"""The same words or the same picture with another event of other people: how it is known, and when it means
nothing. Pure."""

from hashlib import blake2b
from typing import Final

from rapidfuzz import fuzz

from pipeline import patterns
from pipeline.characters import unescape
from pipeline.contract.lookups import Copied
from pipeline.contract.normalized import NormalizedEvent
from pipeline.text.folding import fold_name

#: A shorter text is no text that somebody would copy: "Doors at seven, show at eight."
LEAST_LETTERS: Final = 80
#: From this likeness of titles on (0 to 100) two events are the same show, in another place, on another day
#: or from another source.
SAME_SHOW: Final = 75.0
_TAG: Final = patterns.compile(r"<[^<>]{0,2000}>")
_NOT_WORDS: Final = patterns.compile(r"[\W_]+")


def text_key(description: str) -> int | None:
    """64 bits (signed) of the words of a description (HTML or text), whatever its markup, case and
    punctuation; None below 80 letters."""
    words = " ".join(_NOT_WORDS.sub(" ", unescape(_TAG.sub(" ", description))).casefold().split())
    if len(words) < LEAST_LETTERS:
        return None
    return int.from_bytes(
        blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )


def is_copy(event: NormalizedEvent, other: Copied) -> bool:
    """Whether what both have was copied: not where they are one show (a series, a tour, the same event at
    another source), nor where one organizer, one venue or one performer tells it: these use their own words
    again."""
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
