"""Undoes disguises of words.

Invisible letters, look-alikes of other scripts, digits for letters, repeated or spaced letters. Each function
returns all possible readings of a word; the caller checks whether one of them is listed.
"""

import unicodedata
from collections.abc import Iterator
from itertools import product
from typing import Final

from pipeline import patterns
from pipeline.characters import normalize

#: Letters that look like Latin ones (Unicode Technical Standard 39, the common part of its confusables).
LOOK_ALIKES: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝкмтвнѵгԍьӏαοεικνρτυχηγωսօոհցքıɑɡɩʏᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢ",
    "aeopcyxijshdqwkmtbhvrgblaoeikvptuxnywuonhgqiagiyabcdefghijklmnoprstuvwz",
)
#: Digits and signs that stand for letters; ambiguous ones have two.
_SIGNS: Final = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s", "!": "i", "|": "il", "€": "e", "£": "l",
    "+": "t",
}  # fmt: skip
_REPEATED: Final = patterns.compile(r"(.)\1{2,}")
#: Single letters with the same kind of gap between them: "f u c k", "f.u.c.k", "f-u-c-k".
_SPACED: Final = patterns.compile(r"(?<!\w)\w(?:([ .\-_·•/])\w)(?:\1\w){1,14}(?!\w)")
_MOST_READINGS: Final = 16


def visible(text: str) -> str:
    """`text` without invisible characters, compatibility forms as plain letters (ｆｕｌｌ, 𝓼𝓬𝓻𝓲𝓹𝓽).

    Invisible are zero-width characters, soft hyphens and direction marks.
    """
    if text.isascii():
        return text
    if text.isprintable():  # invisible characters are not
        return normalize("NFKC", text)
    plain = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return normalize("NFKC", plain)


def readings(token: str) -> Iterator[str]:
    """The possible readings of a folded word, itself first: without look-alikes, signs and repetitions."""
    if (
        token.isascii() and token.isalpha() and not _REPEATED.search(token)
    ):  # true of nearly all words: checking each must cost little
        yield token
        return
    seen: set[str] = set()
    for letters in dict.fromkeys((token, _as_latin(token))):
        for read in _as_letters(letters):
            for short in (read, _REPEATED.sub(r"\1", read), _REPEATED.sub(r"\1\1", read)):
                if short not in seen:
                    seen.add(short)
                    yield short


def joined_letters(text: str) -> list[str]:
    """Words that are written letter by letter in folded `text`, joined."""
    return ["".join(match[0].split(match[1])) for match in _SPACED.finditer(text)]


def _as_latin(token: str) -> str:
    return token if token.isascii() else token.translate(LOOK_ALIKES)


def _as_letters(token: str) -> Iterator[str]:
    """The word with its signs as letters. A word without letters, and an ordinary one, has only itself."""
    yield token
    if token.isalpha() or not any(letter.isalpha() for letter in token):
        return
    choices = [_SIGNS.get(letter, letter) for letter in token]
    for number, letters in enumerate(product(*choices)):
        if number >= _MOST_READINGS:
            return
        yield "".join(letters)
