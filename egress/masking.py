"""Masks secrets in text for people and logs, never in requests. `pipeline.masking` recognizes them."""

from pipeline import patterns
from pipeline.masking import cut, has_secret, hide_secrets

__all__ = ["LONGEST", "MASK", "has_secret", "is_secret_header", "mask_text"]

MASK = "***"
LONGEST = 500

_HEADER_NAME = patterns.compile(
    r"auth|cookie|token|key|secret|session|signature", patterns.IGNORECASE, longest=LONGEST
)


def mask_text(text: str) -> str:
    """`text` with masked secrets (`***`), at most 500 characters, one line.

    Masked are userinfo, secret query values and secret calendar paths.
    """
    masked = hide_secrets(cut(text, LONGEST * 4), mask=MASK)
    return "".join(character if character.isprintable() else "�" for character in masked[:LONGEST])


def is_secret_header(name: str) -> bool:
    """Whether a header with this name probably contains a credential: Authorization, Cookie, X-Api-Key."""
    return bool(_HEADER_NAME.search(name[:LONGEST]))
