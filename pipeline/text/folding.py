"""Folds text for comparison, and nothing else does: `fold` for names that people type, `unaccented` where the marks of
Indic and Japanese letters, which make other words, stay, `address_part` for addresses."""

import unicodedata
from functools import lru_cache

from pipeline import patterns
from pipeline.characters import normalize

#: Letters that Unicode does not decompose into a base letter and a mark (as in PostgreSQL's unaccent rules).
WHOLE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


ACCENTS = patterns.compile("[\u0300-\u036f]")
_SPACE = patterns.compile(r"\s+")


#: First letters of Unicode's categories: letters, marks and numbers.
_IN_ADDRESSES = "LMN"
_NOT_WORD = patterns.compile(r"[^\w]+|_+")


def fold(text: str) -> str:
    """`text` for comparing names: no case, no accents, single spaces. 'Café  Zoë' becomes 'cafe zoe'."""
    return (
        _fold_name_sized(text) if len(text) <= 200 else _fold(text)
    )  # long texts would fill the cache's memory


@lru_cache(maxsize=50_000)
def _fold_name_sized(text: str) -> str:
    return _fold(text)


def _fold(text: str) -> str:
    if not text.isascii():
        parts = normalize("NFKD", text.casefold())
        text = "".join(char for char in parts if not unicodedata.combining(char)).translate(WHOLE_LETTERS)
    return _SPACE.sub(" ", text.casefold()).strip()


def unaccented(text: str) -> str:
    """`text` in lower case without the accents of Latin, Greek and Cyrillic letters, composed (NFC)."""
    text = text.casefold()
    return text if text.isascii() else normalize("NFC", ACCENTS.sub("", normalize("NFKD", text)))


def fold_name(text: str) -> str:
    """`fold` without punctuation, for names: 'St. Louis' and 'st louis' are one."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


def address_part(text: str, *, longest: int = 80) -> str:
    """`text` as a part of an address, the same for its spellings: 'Café Zoë & Band' becomes 'cafe-zoe-band'.

    Letters, marks and digits of every script stay; '' where there is none. At most `longest` characters.
    """
    kept = "".join(map(_in_address, unaccented(text[: 4 * longest]).translate(WHOLE_LETTERS)))
    return "-".join(part for part in kept.split("-") if part)[:longest].strip("-")


def _in_address(char: str) -> str:
    kind = unicodedata.category(char)
    if kind[0] in _IN_ADDRESSES:
        return char
    return "" if kind == "Cf" else "-"  # joiners inside of words are not seen
