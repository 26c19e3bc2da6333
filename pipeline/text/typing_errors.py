"""Finds words in spite of typing errors, by deletion keys.

Two words that differ by at most `MOST_ERRORS` errors share a key: what is left of each when as many letters are taken
out (W. Garbe, Symmetric Delete, 2012). So a table with the keys of all known words answers by equality, which trigrams
cannot for short words: "jzaz" and "jazz" share none but the first.
"""

from itertools import combinations
from zlib import crc32

from rapidfuzz.distance import OSA

#: The errors for which words have keys; `errors_allowed` says how many are forgiven.
MOST_ERRORS = 2
#: Only so many letters from the start make keys, which bounds their number (29 at most).
_HEAD = 7


def errors_allowed(word: str) -> int:
    """How many typing errors are forgiven in `word`: 0 below 4 letters, 1 up to 7 letters, else 2."""
    return 0 if len(word) < 4 else 1 if len(word) <= 7 else 2


def keys_of(word: str, errors: int = MOST_ERRORS) -> list[int]:
    """The keys of a folded word, sorted: 32-bit signed hashes of its first letters with up to `errors` taken out."""
    head = word[:_HEAD]
    left = {
        "".join(letter for place, letter in enumerate(head) if place not in out)
        for count in range(min(errors, len(head)) + 1)
        for out in combinations(range(len(head)), count)
    }
    return sorted({_signed(crc32(part.encode())) for part in left})


def errors_between(typed: str, word: str, *, most: int = MOST_ERRORS) -> int:
    """Letters added, left out, replaced, or swapped with their neighbour, between two words; at most `most` + 1."""
    return int(OSA.distance(typed, word, score_cutoff=most))


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number
