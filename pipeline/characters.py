"""Handles the characters of outside text safely.

It has safe versions of `unicodedata.normalize` and `html.unescape` (the originals are banned elsewhere,
ruff's rule TID251).
"""

import html
import unicodedata
from typing import Final, Literal

from pipeline import patterns

#: The most marks in a row, as in the Stream-Safe Text Format (Unicode Standard Annex 15, section 13).
MOST_MARKS: Final = 30

#: Shorter texts need no test: sorting so few marks costs nothing.
_SHORT: Final = 200


def _marks(first: int, last: int) -> str:
    """The marks among these code points, and those that become marks when decomposed, for a character class.

    The latter are vowels of Tibetan and voicing of Japanese. Normalizing sorts a run of these, with work that
    grows as its square.
    """
    return "".join(
        char
        for char in map(chr, range(first, last))
        if unicodedata.combining(char) or char in "\u0f73\u0f75\u0f81\uff9e\uff9f"
    )


_LOW, _HIGH = _marks(0x300, 0x10000), _marks(0x10000, 0x1F000)
#: A quick test with a table of the basic plane; characters above count as marks. The first one is written
#: out, which is even quicker.
_MAY_BE_TOO_MANY: Final = patterns.compile(
    f"[{_LOW}\U00010000-\U0010ffff][{_LOW}\U00010000-\U0010ffff]{{{MOST_MARKS}}}"
)
_TOO_MANY: Final = patterns.compile(f"([{_LOW}{_HIGH}]{{{MOST_MARKS}}})[{_LOW}{_HIGH}]++")
#: `html.unescape` passes the digits to `int`, which refuses more than 4300 of them.
_NUMBER_TOO_LONG: Final = patterns.compile(r"&#[0-9]{1000}[0-9]*+;?")


def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """`unicodedata.normalize` of the text with at most `MOST_MARKS` marks in a row. No language uses more."""
    if len(text) > _SHORT and _MAY_BE_TOO_MANY.search(text):
        text = _TOO_MANY.sub(r"\1", text)
    return unicodedata.normalize(form, text)


def unescape(text: str) -> str:
    """`html.unescape` for any reference.

    One with thousands of digits becomes U+FFFD, like any other beyond Unicode.
    """
    return html.unescape(_NUMBER_TOO_LONG.sub("\ufffd", text)) if "&" in text else text


def storable(text: str) -> str:
    """The text without NUL, and with U+FFFD for lone surrogates: PostgreSQL and UTF-8 can store neither."""
    text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


#: What XML or iCalendar must not contain; and the other ends of a line, at which some readers of lines begin a new one.
_NOT_IN_DOCUMENTS: Final = {
    **dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE, 0xFFFF]),
    **dict.fromkeys([0x85, 0x2028, 0x2029], "\n"),
}


def for_documents(text: str) -> str:
    """The text without characters that XML 1.0 or iCalendar (RFC 5545) forbids, every end of a line as "\\n"."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_NOT_IN_DOCUMENTS)
