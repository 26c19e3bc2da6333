"""Secrets that this process has opened, so that nothing which it writes shows them: logs, errors, kept addresses and bytes. Free of Django.

Masking by name (`key=…`) misses a secret in a path, or in a platform's own error; what was opened is known by its value. Each process knows those
that it opened itself, which are the only ones that it could let slip.
"""

import re
import threading
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

MASK: Final = "…"
#: Shorter ones would mask words.
SHORTEST: Final = 8
#: As many are remembered, the last opened ones.
MOST: Final = 512

_known: dict[str, None] = {}
_lock = threading.Lock()
_pattern: re.Pattern[str] | None = None
_bytes_pattern: re.Pattern[bytes] | None = None


def remember(values: Iterable[str]) -> None:
    """From now on these values, and their forms in an address, are replaced by `redact`."""
    global _pattern, _bytes_pattern
    forms = {form for value in values if len(value) >= SHORTEST for form in (value, quote(value, safe=""), quote_plus(value))}
    if not forms:
        return
    with _lock:
        anew = not forms <= _known.keys()
        for form in forms:
            _known.pop(form, None)
            _known[form] = None
        while len(_known) > MOST:
            del _known[next(iter(_known))]
        if anew:
            longest_first = sorted(map(re.escape, _known), key=len, reverse=True)
            _pattern = re.compile("|".join(longest_first))
            _bytes_pattern = re.compile(b"|".join(form.encode() for form in longest_first))


def redact(text: str) -> str:
    """`text` with `…` in place of every remembered secret."""
    return _pattern.sub(MASK, text) if _pattern else text


def redact_bytes(content: bytes) -> bytes:
    """`content` with as many `*` in place of every remembered secret."""
    return _bytes_pattern.sub(lambda found: b"*" * len(found[0]), content) if _bytes_pattern else content
