"""Remembers the secrets that this process has decrypted, for masking.

Secrets are masked in logs, errors, stored addresses and bytes. Masking by name (`key=…`) misses a secret in a
path, or in a platform's own error; a decrypted secret is found by its value. Each process remembers those
that it decrypted itself, the only ones that it could leak. Free of Django.
"""

import html
import json
import threading
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus

MASK: Final = "…"
#: Shorter secrets would mask ordinary words.
SHORTEST: Final = 8
#: So many forms are remembered, those of the latest secrets.
MOST: Final = 512

_known: dict[str, None] = {}
_lock = threading.Lock()
#: The search strings, the longest first, each with its bytes. The tuple is replaced as a whole, so that
#: readers need no lock.
_forms: tuple[tuple[str, bytes], ...] = ()


def remember(values: Iterable[str]) -> None:
    """Make `redact` replace these values, and their forms in addresses, JSON and HTML."""
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
    """`text` with `…` in place of every remembered secret.

    Each secret is searched separately: that takes time in proportion to the text, while one expression of all
    would take the product.
    """
    for form, _ in _forms:
        if form in text:
            text = text.replace(form, MASK)
    return text


def redact_start(text: str, most: int) -> str:
    """At most the first `most` characters of `text`, without a remembered secret or a part of one at the cut."""
    if len(text) <= most:
        return redact(text)
    longest = len(_forms[0][0]) if _forms else 0
    window = redact(text[: most + longest])
    return window[: min(most, len(window) - longest)]


def redact_bytes(content: bytes) -> bytes:
    """`content` with asterisks of the same length in place of every remembered secret."""
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
