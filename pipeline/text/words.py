"""Splits text of any language into words and hashed features, in the same way for training and use."""

import zlib
from functools import lru_cache
from typing import Final

from pipeline import patterns
from pipeline.characters import unescape
from pipeline.text.folding import unaccented
from pipeline.text.markup import without_tags

#: A word is letters and digits with the vowel signs of Indic and Thai scripts, which `\w` leaves out. Only so
#: many letters of a text are split.
LONGEST: Final = 20_000
_WORD: Final = patterns.compile(r"[\w\u0900-\u0dff\u0e00-\u0eff]+")
_LINK: Final = patterns.compile(
    r"https?://\S+|www\.\S+|[^\s@]{1,64}@\S{1,255}", longest=LONGEST
)  # bounded: a text of nothing but @ must not take a minute
_GENITIVE: Final = patterns.compile(r"['’]s\b")


def plain(text: str) -> str:
    """`text` without tags and entities, with irregular spaces. For machines only, never for display."""
    return unescape(without_tags(text))


def folded(text: str) -> str:
    """Lower case without the accents of Latin, Greek and Cyrillic letters: "Führung" -> "fuhrung".

    Vowel signs of Indic scripts stay.
    """
    return unaccented(_GENITIVE.sub(" ", text.casefold()))


def words(text: str, most: int) -> list[str]:
    """The first `most` folded words of `text`, without links and mail addresses."""
    text = text[:LONGEST]
    if may_link(text):
        text = _LINK.sub(" ", text)
    return _WORD.findall(folded(text))[:most]


def may_link(text: str) -> bool:
    """Whether `text` may contain a link or a mail address.

    Searching at every letter is expensive, and most texts have none.
    """
    return "://" in text or "@" in text or "www." in text


@lru_cache(maxsize=256)
def words_once(text: str, most: int) -> tuple[str, ...]:
    """As `words`, cached for a text with several uses."""
    return tuple(words(text, most))


def bucket(feature: str, size: int) -> int:
    """The column of a feature among `size` (a power of two).

    CRC-32, the same on all machines and in all processes.
    """
    return zlib.crc32(feature.encode("utf-8", "surrogatepass")) & (size - 1)
