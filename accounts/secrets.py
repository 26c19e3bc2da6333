"""Remembers the secrets that this process has decrypted, so that they are masked in logs, errors, stored
addresses and bytes. Free of Django.

Masking by name (`key=…`) misses a secret in a path, or in a platform's own error; what was opened is known by
its value. Each process knows those that it opened itself, which are the only ones that it could let slip.
"""

import html
import json
import threading
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus

MASK: Final = "…"
#: Shorter ones would mask words.
SHORTEST: Final = 8
#: As many forms are remembered, those of the last opened ones.
MOST: Final = 512

_known: dict[str, None] = {}
_lock = threading.Lock()
#: What is looked for, the longest first, each with its bytes. Replaced as a whole, so that who reads it needs
#: no lock.
_forms: tuple[tuple[str, bytes], ...] = ()


def remember(values: Iterable[str]) -> None:
    """From now on these values, and the forms that they take in an address, in JSON and in HTML, are replaced
    by `redact`."""
    global _forms
    forms = {form for value in values if len(value) >= SHORTEST for form in _forms_of(value)}
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
            _forms = tuple(
                (form, form.encode("utf-8", "replace")) for form in sorted(_known, key=len, reverse=True)
            )


def redact(text: str) -> str:
    """`text` with `…` in place of every remembered secret. Each secret is looked for by itself: that takes
    time in proportion to the text, where an expression of them all takes the product."""
    for form, _ in _forms:
        if form in text:
            text = text.replace(form, MASK)
    return text


def redact_start(text: str, most: int) -> str:
    """The first `most` characters of `text` or fewer, without a remembered secret, and without half of one at
    the cut."""
    if len(text) <= most:
        return redact(text)
    longest = len(_forms[0][0]) if _forms else 0
    window = redact(text[: most + longest])
    return window[: min(most, len(window) - longest)]


def redact_bytes(content: bytes) -> bytes:
    """`content` with as many `*` in place of every remembered secret."""
    for _, form in _forms:
        if form in content:
            content = content.replace(form, b"*" * len(form))
    return content


def _forms_of(value: str) -> Iterator[str]:
    once = quote(value, safe="", errors="replace")
    yield from (value, once, quote_plus(value, errors="replace"), quote(once, safe=""), _lower_escapes(once))
    yield json.dumps(value)[1:-1]
    yield html.escape(value)


def _lower_escapes(quoted: str) -> str:
    """`%2F` as `%2f`, as some platforms write it."""
    head, *rest = quoted.split("%")
    return "%".join((head, *(part[:2].lower() + part[2:] for part in rest)))
