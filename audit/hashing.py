"""The bytes that are hashed: docs/audit-log.md has them for other programs."""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from audit.models import Entry
from audit.values import installation_key

#: Stands for the hash before the first link.
NOTHING: Final = "0" * 64


def moment(at: datetime) -> str:
    """`2026-11-23T03:04:05.000006Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_bytes(entry: Entry) -> bytes:
    """The fields of an entry, a line each, in UTF-8. No field contains a line feed."""
    return "\n".join(
        (
            str(entry.id), moment(entry.at), entry.action, entry.actor, entry.target, entry.before, entry.after,
            entry.request_id, entry.note_hash, "chained" if entry.is_chained else "unchained",
        )
    ).encode()  # fmt: skip


def entry_hash(entry: Entry) -> str:
    """SHA-256 of the entry's bytes, in hex."""
    return hashlib.sha256(entry_bytes(entry)).hexdigest()


def link_hash(number: int, entry_id: UUID, hash_of_entry: str, previous: str) -> str:
    """SHA-256 over number, entry, its hash and the hash of the link before, a line each."""
    return hashlib.sha256(f"{number}\n{entry_id}\n{hash_of_entry}\n{previous}".encode()).hexdigest()


def seal(content: bytes) -> str:
    """HMAC-SHA-256 by a key of this installation, which the database does not hold, in hex."""
    return hmac.new(installation_key("seal"), content, hashlib.sha256).hexdigest()


def is_sealed(entry: Entry) -> bool:
    """Whether this installation wrote the entry as it stands."""
    return hmac.compare_digest(entry.seal, seal(entry_bytes(entry)))


def note_hash(salt: str, text: str) -> str:
    """SHA-256 over the salt and the text of a note."""
    return hashlib.sha256(f"{salt}\n{text}".encode("utf-8", "replace")).hexdigest()
