"""The keys that a restore needs: named by fingerprints, never contained in a backup."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Final

from django.conf import settings

from config.backup.errors import BackupError
from config.backup.streams import is_recipient, public_of

_MESSAGE: Final = b"nocturne fingerprint of a key in a backup"
#: Without them a restored database cannot be read, and nobody be found by address.
NEEDED: Final = ("FIELD_ENCRYPTION_KEYS", "LOOKUP_KEY")


def fingerprint(key: str) -> str:
    """16 hex digits by which a key is recognized; a key of 32 random characters cannot be found from them."""
    return hmac.new(key.encode(), _MESSAGE, hashlib.sha256).hexdigest()[:16]


def fingerprints() -> dict[str, list[str]]:
    """The fingerprints of this installation's keys, by the name of their setting."""
    return {
        "FIELD_ENCRYPTION_KEYS": [fingerprint(key) for key in settings.FIELD_ENCRYPTION_KEYS],
        "LOOKUP_KEY": [fingerprint(settings.LOOKUP_KEY)],
        "SECRET_KEY": [fingerprint(settings.SECRET_KEY)],
        "JWT_SIGNING_KEY": [fingerprint(settings.JWT_SIGNING_KEY)],
    }


def seal(text: str) -> str:
    """HMAC-SHA-256 of a manifest by a key from LOOKUP_KEY: only this installation wrote it."""
    key = hmac.new(settings.LOOKUP_KEY.encode(), b"nocturne seal of a backup", hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def recipients() -> list[str]:
    """BACKUP_RECIPIENTS. Raises BackupError where there are none, or one is no public key."""
    keys: list[str] = settings.BACKUP_RECIPIENTS
    if not keys:
        raise BackupError(
            "Backups are encrypted, and no key is set: run `manage.py make_backup_key` and set BACKUP_RECIPIENTS"
        )
    for key in keys:
        if not is_recipient(key):
            raise BackupError(f"BACKUP_RECIPIENTS: {key[:12]}… is no public key of age (age1…)")
    return keys


def identity(wanted: Sequence[str]) -> str:
    """BACKUP_IDENTITY, which decrypts what was encrypted for one of `wanted`. Raises BackupError where it does not."""
    key: str = settings.BACKUP_IDENTITY
    if not key:
        raise BackupError(
            f"The private key is missing: set BACKUP_IDENTITY (or BACKUP_IDENTITY_FILE) to that of {' or '.join(wanted)}"
        )
    if public_of(key) not in wanted:
        raise BackupError(
            f"BACKUP_IDENTITY belongs to {public_of(key)}, the backup was encrypted for {' or '.join(wanted)}"
        )
    return key


def require(wanted: Mapping[str, Sequence[str]]) -> list[str]:
    """Refuse where a key that the backup needs is not set here; returns remarks about those that only other things need."""
    here = fingerprints()
    for name in NEEDED:
        if missing := [each for each in wanted[name] if each not in here[name]]:
            raise BackupError(
                f"{name} lacks the key with the fingerprint {', '.join(missing)}: set it to what it was when the backup was made"
            )
    return [
        f"{name} differs: {effect}"
        for name, effect in (
            ("SECRET_KEY", "links in mails that were sent before do not work, and sessions have ended"),
            ("JWT_SIGNING_KEY", "clients of the API must sign in again"),
        )
        if not set(wanted[name]) & set(here[name])
    ]
