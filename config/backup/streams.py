"""Streams between a producer that writes and a consumer that reads, encrypted by age (https://age-encryption.org/v1).

age encrypts in chunks of 64 KiB with ChaCha20-Poly1305: a chunk that was changed, moved, or is missing at the end is an error. Memory does
not grow with the length.
"""

import hashlib
import io
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Final, Protocol

import pyrage

from config.backup.errors import BackupError

CHUNK: Final = 2**20


class _Produced(io.RawIOBase):
    """Reads what `work` writes in a thread of its own. An error of `work` is raised at the end of what it wrote."""

    def __init__(self, work: Callable[[IO[bytes]], object]) -> None:
        super().__init__()
        reading, writing = os.pipe()
        self._reading = os.fdopen(reading, "rb", buffering=0)
        self._error: BaseException | None = None
        self._thread = threading.Thread(
            target=self._run, args=(work, os.fdopen(writing, "wb", buffering=CHUNK)), daemon=True
        )
        self._thread.start()

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """As RawIOBase; raises what the producer raised."""
        count = self._reading.readinto(buffer) or 0
        if not count:
            self._thread.join()
            if self._error is not None:
                raise self._error
        return count

    def close(self) -> None:
        """End the producer, too, whose next write fails."""
        self._reading.close()
        self._thread.join()
        super().close()

    def _run(self, work: Callable[[IO[bytes]], object], writing: IO[bytes]) -> None:
        try:
            work(writing)
            writing.flush()
        except BaseException as error:  # raised again where it is read
            self._error = error
        finally:
            with suppress(OSError):
                writing.close()


class Readable(Protocol):
    """What gives bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes (all where it is negative), b'' at the end."""


class Counted:
    """Passes what it reads on, and knows its length and SHA-256."""

    def __init__(self, content: Readable) -> None:
        self._content, self._hash, self.bytes = content, hashlib.sha256(), 0

    @property
    def sha256(self) -> str:
        """The hash of what was read until now, as hex."""
        return self._hash.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """As Readable."""
        content = self._content.read(size)
        self._hash.update(content)
        self.bytes += len(content)
        return content


def produced(work: Callable[[IO[bytes]], object]) -> IO[bytes]:
    """What `work` writes, as a stream."""
    return io.BufferedReader(_Produced(work), CHUNK)


def sealed(content: Readable, recipients: Sequence[str]) -> IO[bytes]:
    """`content` encrypted for `recipients` (public keys, age1…), as a stream."""
    keys = [pyrage.x25519.Recipient.from_str(key) for key in recipients]

    def work(out: IO[bytes]) -> None:
        try:
            pyrage.encrypt_io(content, out, keys)
        except pyrage.EncryptError as error:  # what `content` raised, as text
            raise BackupError(str(error).removeprefix("BackupError: ")) from error

    return produced(work)


def unsealed(content: Readable, identity: str) -> IO[bytes]:
    """The plain content of a stream that `sealed` made. Reading raises BackupError where it was changed or cut."""
    key = pyrage.x25519.Identity.from_str(identity)

    def work(out: IO[bytes]) -> None:
        try:
            pyrage.decrypt_io(content, out, [key])
        except (pyrage.DecryptError, OSError) as error:
            raise BackupError(f"A part of the backup cannot be decrypted: {error}") from error

    return produced(work)


def new_identity() -> tuple[str, str]:
    """A new private key and its public one."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def public_of(identity: str) -> str:
    """The public key of a private one. Raises BackupError where it is none."""
    try:
        return str(pyrage.x25519.Identity.from_str(identity).to_public())
    except pyrage.IdentityError as error:
        raise BackupError(
            "BACKUP_IDENTITY is no private key of age: it begins with AGE-SECRET-KEY-1"
        ) from error


def is_recipient(key: str) -> bool:
    """Whether this is a public key of age."""
    try:
        pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        return False
    return True
