"""Base64url without padding (RFC 4648, section 5): how bytes stand in addresses, cursors and keys of browsers."""

import base64


def write_base64url(raw: bytes) -> str:
    """The bytes as text."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_base64url(text: str) -> bytes:
    """What `write_base64url` wrote, with or without padding. Raises ValueError for any other text."""
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except ValueError as error:  # binascii.Error is one
        raise ValueError("not base64url") from error
