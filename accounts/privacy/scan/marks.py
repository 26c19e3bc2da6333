"""The marks by which a person can be recognized, in every spelling that is searched for."""

import base64
import binascii
import gzip
import html
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final
from urllib.parse import quote

from accounts.crypto import DecryptionFailed, address_hash, contact_key, decrypt
from accounts.privacy.person import Person
from accounts.privacy.registry import parts
from pipeline.text.contacts import hashed

#: Shorter texts would be found everywhere.
SHORTEST: Final = 5
#: Bytes of one value that are searched.
LONGEST: Final = 64 * 1024 * 1024
_DEEPEST: Final = 4
#: Fernet's first byte is the version 0x80.
_ENCRYPTED: Final = b"gAAAA"
#: Shorter words hold nothing that would be a mark.
_SHORTEST_WORD: Final = 24
_ALPHABET: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")
#: Leaves letters of base64 in both alphabets, and makes spaces of all others.
_WORDS: Final = bytes(byte if byte in _ALPHABET else 0x20 for byte in range(256))


@dataclass(frozen=True, slots=True)
class Marks:
    """Spellings in lower case by what they are: `address`, `name`, `id`, or `hash or token`."""

    kinds: Mapping[str, str]

    def find(self, value: str | bytes) -> set[str]:
        """The kinds of marks in a value: as it is, decrypted, decompressed, decoded, in parts of mails."""
        return {kind for text in _readings(value, _DEEPEST) for kind in self._plain(text)}

    def _plain(self, text: str) -> Iterator[str]:
        folded = text.casefold()
        for spelling, kind in self.kinds.items():
            if spelling in folded:
                yield kind


def marks_of(person: Person) -> Marks:
    """All marks of a person. Those of stored rows (sessions, tokens) are only known before they are erased."""
    kinds: dict[str, str] = {}
    for address in person.addresses:
        kinds |= dict.fromkeys(_spellings(address), "address")
        kinds |= dict.fromkeys((address_hash(address), hashed(address, contact_key())), "hash or token")
    if person.id.int:  # unknown where an account is gone
        kinds |= dict.fromkeys((str(person.id), person.id.hex), "id")
    if len(person.name) >= SHORTEST:
        kinds |= dict.fromkeys(_spellings(person.name), "name")
    for part in parts():
        kinds |= {mark.casefold(): "hash or token" for mark in part.marks(person) if len(mark) >= SHORTEST}
    return Marks(kinds)


def _spellings(text: str) -> set[str]:
    quoted = quote(text, safe="")
    escaped = json.dumps(text)[1:-1]
    forms = {
        text,
        quoted,
        quote(quoted, safe=""),
        escaped,
        html.escape(text),
        text.replace("@", "&#64;"),
        text.replace("@", "\\u0040"),
    }
    local, _, domain = text.rpartition("@")
    if local and not domain.isascii():
        forms.add(f"{local}@{domain.encode('idna').decode()}")
    return {form.casefold() for form in forms}


def _readings(value: str | bytes, depth: int) -> Iterator[str]:
    """The texts that a value may be read as."""
    if isinstance(value, bytes | bytearray | memoryview):
        value = bytes(value[:LONGEST])
        if depth > 0:
            yield from _unpacked(value, depth)
        value = value.decode("utf-8", "replace")
    text = value[:LONGEST]
    yield text
    if depth <= 0:
        return
    for word in text.encode("utf-8", "replace").translate(_WORDS).split():
        if len(word) >= _SHORTEST_WORD:
            yield from _hidden(word, depth)


def _hidden(word: bytes, depth: int) -> Iterator[str]:
    """What a word hides: an encrypted text, or base64 (bodies of tasks, signed values of Django)."""
    if word.startswith(_ENCRYPTED):
        try:
            yield from _readings(decrypt(word.decode()), depth - 1)
        except DecryptionFailed:
            return
    elif decoded := _from_base64(word):
        yield from _readings(decoded, depth - 2)


def _unpacked(value: bytes, depth: int) -> Iterator[str]:
    """The contents of compressed bytes, and the parts of a mail."""
    if value[:2] == b"\x1f\x8b":
        try:
            yield from _readings(gzip.decompress(value), depth - 1)
        except (OSError, EOFError, zlib.error):
            return
    elif value[:1] == b"\x78":
        try:
            yield from _readings(zlib.decompress(value), depth - 1)
        except zlib.error:
            return
    elif b"MIME-Version:" in value[:20_000]:
        mail = message_from_bytes(value, policy=policy.compat32)
        for part in mail.walk():
            yield from map(_header, part.values())
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield content.decode("utf-8", "replace")


def _header(value: object) -> str:
    """A header with its encoded words (RFC 2047) decoded, also within an address."""
    try:
        told = decode_header(str(value))
        return "".join(
            each if isinstance(each, str) else each.decode(charset or "ascii", "replace")
            for each, charset in told
        )
    except (HeaderParseError, LookupError, ValueError):
        return str(value)


def _from_base64(word: bytes) -> bytes:
    """The bytes of base64 in either alphabet; b"" where it is none."""
    bare = word.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return b""
