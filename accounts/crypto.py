"""Encrypts personal data (Fernet, AES-128-CBC with HMAC), with keyed hashes for lookups.

Encrypted are addresses and credentials.
"""

import base64
import hashlib
import hmac
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

#: Marks an exported value that is still encrypted.
_EXPORTED = "encrypted:"


class DecryptionFailed(Exception):
    """No key of FIELD_ENCRYPTION_KEYS decrypts the value: a key was lost or removed too early."""


def encrypt(text: str) -> str:
    """`text` encrypted with the newest key; '' stays ''."""
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS)).encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    """The plain text of `token`. Raises DecryptionFailed."""
    if not token:
        return ""
    try:
        return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise DecryptionFailed(
            "The value was encrypted with a key that is not in FIELD_ENCRYPTION_KEYS."
        ) from error


def rotated(token: str) -> str:
    """`token` encrypted again with the newest key, with its original time. Raises DecryptionFailed."""
    try:
        return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS)).rotate(token.encode()).decode()
    except InvalidToken as error:
        raise DecryptionFailed(
            "A value was encrypted with a key that is not in FIELD_ENCRYPTION_KEYS."
        ) from error


def is_newest(token: str) -> bool:
    """Whether the newest key decrypts `token`."""
    try:
        _fernet((settings.FIELD_ENCRYPTION_KEYS[0],)).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def normalize_address(address: str) -> str:
    """A mail address for comparison: trimmed, case-folded."""
    return address.strip().casefold()


def keyed_hash(text: str) -> str:
    """64 hex digits of HMAC-SHA-256 over `text` (normalize addresses first).

    The key is LOOKUP_KEY, which is never rotated.
    """
    return hmac.new(_derive(settings.LOOKUP_KEY, b"lookup"), text.encode(), hashlib.sha256).hexdigest()


def address_hash(address: str) -> str:
    """The lookup hash of a mail address."""
    return keyed_hash(normalize_address(address))


def contact_key() -> bytes:
    """The key for hashing a private organizer's address before it is stored."""
    return _derive(settings.LOOKUP_KEY, b"contact")


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database and plain in Python.

    It cannot be filtered on: store a keyed hash beside it.
    """

    #: The log keeps nothing of the value (audit.recorded).
    is_secret = True

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def value_to_string(self, obj: models.Model) -> str:
        """The encrypted and marked value for exports (`dumpdata`)."""
        value = self.value_from_object(obj)
        return _EXPORTED + encrypt(str(value)) if value else ""

    def to_python(self, value: Any) -> Any:
        """Decrypt a value from an export (`loaddata`)."""
        text = super().to_python(value)
        return (
            decrypt(text.removeprefix(_EXPORTED))
            if isinstance(text, str) and text.startswith(_EXPORTED)
            else text
        )

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return decrypt(value) if value else value


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, b"field"))) for key in keys])


@cache
def _derive(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"nocturne " + purpose).derive(
        key.encode()
    )
