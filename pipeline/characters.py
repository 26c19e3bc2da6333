"""Text from outside, character by character: `unicodedata.normalize` and `html.unescape` made fit for it (the
originals are banned elsewhere, ruff's rule TID251), and markup without its tags."""

import html
import unicodedata
from typing import Final, Literal

from pipeline import patterns

#: Marks that may follow one another: as many as the Stream-Safe Text Format allows (Unicode Standard Annex
#: 15, section 13).
MOST_MARKS: Final = 30

#: Shorter texts need no look: sorting so few marks costs nothing.
_SHORT: Final = 200


def _marks(first: int, last: int) -> str:
    """What is a mark among these code points, or becomes one when it is decomposed (vowels of Tibetan,
    voicing of Japanese), for a class of an expression.

    Normalizing sorts a run of these, with work that grows as its square."""
    return "".join(
        char
        for char in map(chr, range(first, last))
        if unicodedata.combining(char) or char in "\u0f73\u0f75\u0f81\uff9e\uff9f"
    )


_LOW, _HIGH = _marks(0x300, 0x10000), _marks(0x10000, 0x1F000)
#: The quick look, at a table of the basic plane; what lies above counts as a mark. The first is written out,
#: which makes it quicker still.
_MAY_BE_TOO_MANY: Final = patterns.compile(
    f"[{_LOW}\U00010000-\U0010ffff][{_LOW}\U00010000-\U0010ffff]{{{MOST_MARKS}}}"
)
_TOO_MANY: Final = patterns.compile(f"([{_LOW}{_HIGH}]{{{MOST_MARKS}}})[{_LOW}{_HIGH}]++")
#: `html.unescape` hands the digits to `int`, which refuses more than 4300 of them.
_NUMBER_TOO_LONG: Final = patterns.compile(r"&#[0-9]{1000}[0-9]*+;?")


def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """`unicodedata.normalize` of the text without the marks that go beyond `MOST_MARKS` in a row; no language
    piles up as many."""
    if len(text) > _SHORT and _MAY_BE_TOO_MANY.search(text):
        text = _TOO_MANY.sub(r"\1", text)
    return unicodedata.normalize(form, text)


def unescape(text: str) -> str:
    """`html.unescape`, to which a reference with thousands of digits is what any other beyond Unicode is:
    U+FFFD."""
    return html.unescape(_NUMBER_TOO_LONG.sub("\ufffd", text)) if "&" in text else text


def without_tags(markup: str, instead: str = " ") -> str:
    """The text with `instead` in the place of each tag: of what lies between "<" and the next ">". A "<" that
    nothing closes stays.

    An expression would look for the ">" anew from each "<"."""
    kept, done = [], 0
    while (start := markup.find("<", done)) >= 0 and (end := markup.find(">", start)) >= 0:
        kept.append(markup[done:start])
        done = end + 1
    return instead.join([*kept, markup[done:]])


def storable(text: str) -> str:
    """The text without NUL, and with U+FFFD for half characters (lone surrogates): PostgreSQL and UTF-8 hold
    neither."""
    text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
