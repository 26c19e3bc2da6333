"""One response as one line, without what must differ between runs."""

import hashlib
import json
import re
from typing import IO, Any

#: What a fixed clock and fixed ids do not fix: tokens against forged forms, and the signed values of cookies.
MASKS = [
    (re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+'), r"\1…"),
    (re.compile(r"""(csrf[_-]?token["']?\]?\s*[:=]\s*["'])[^"']+""", re.I), r"\1…"),
    (re.compile(r'("seconds": )[\d.]+'), r"\1…"),
    (re.compile(r'("request_id": ?")[^"]+'), r"\1…"),
    (re.compile(r'(nonce[="-]+)[\w+/=-]+'), r"\1…"),
]
HEADERS = {
    "allow", "cache-control", "content-disposition", "content-language", "content-security-policy", "content-type",
    "etag", "last-modified", "link", "location", "retry-after", "vary", "www-authenticate", "x-robots-tag",
}  # fmt: skip


def masked(text: str) -> str:
    """The text with placeholders for what must differ."""
    for pattern, sign in MASKS:
        text = pattern.sub(sign, text)
    return text


def body_of(raw: bytes) -> str:
    """Text as it is, anything else by its digest."""
    try:
        return masked(raw.decode())
    except UnicodeDecodeError:
        return f"{len(raw)} bytes, sha256 {hashlib.sha256(raw).hexdigest()}"


class Recording:
    """Writes lines; `seen` has the keys so far."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self.seen: set[str] = set()

    def write(self, part: str, key: str, **reported: Any) -> None:
        """Write one line; a repeated key gets a number."""
        whole, number = f"{part} {key}", 1
        while whole in self.seen:
            number += 1
            whole = f"{part} {key} #{number}"
        self.seen.add(whole)
        steady = {
            name: masked(value) if isinstance(value, str) else value for name, value in reported.items()
        }
        self._out.write(
            json.dumps({"key": whole, **steady}, ensure_ascii=False, sort_keys=True, default=str) + "\n"
        )
        self._out.flush()

    def answer(self, part: str, key: str, response: Any) -> bytes:
        """Record a response of Django's test client: status, headers and body. Returns the body."""
        raw = b"".join(response.streaming_content) if response.streaming else response.content
        headers = {name.lower(): masked(value) for name, value in response.items() if name.lower() in HEADERS}
        body = body_of(raw)
        if body.encode() != raw:  # the tag is of what was masked
            headers.pop("etag", None)
        self.write(part, key, status=response.status_code, headers=headers, body=body)
        return raw
