"""What an API key looks like: `noc_`, 40 random letters and digits (238 bits), and a checksum of six.

The prefix lets people, logs (pipeline.masking) and scanners for secrets recognize one; the checksum tells a key from
what only looks like one without asking the database.
"""

import secrets
import string
import zlib
from typing import Final

from accounts.crypto import keyed_hash
from pipeline import patterns

PREFIX: Final = "noc_"
_LETTERS: Final = string.digits + string.ascii_letters
_RANDOM, _SUM = 40, 6
_SHAPE: Final = patterns.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _SUM}}}")
#: Characters of the beginning that lists show.
SHOWN: Final = len(PREFIX) + 6


def new_secret() -> str:
    """A key that nobody can guess."""
    start = PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    return start + _checksum(start)


def looks_like_key(text: str) -> bool:
    """Whether a token wants to be an API key, a valid one or not."""
    return text.startswith(PREFIX)


def is_well_formed(text: str) -> bool:
    """Whether the checksum is right."""
    return bool(_SHAPE.fullmatch(text)) and text[-_SUM:] == _checksum(text[:-_SUM])


def hash_of(text: str) -> str:
    """The keyed hash by which a key is stored and found."""
    return keyed_hash(f"api key\0{text}")


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(_SUM):
        number, rest = divmod(number, len(_LETTERS))
        digits = _LETTERS[rest] + digits
    return digits
