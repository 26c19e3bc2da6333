"""Errors of the embedded services, each as one clear line."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OTHER_ENGINE = "Give your own instead: DATABASE_URL=postgresql://USER:PASSWORD@HOST/NAME (PostgreSQL 16 or newer with pgvector) and REDIS_URL=redis://HOST:6379/0"
_FULL = {errno.ENOSPC, errno.EDQUOT}
_REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM}


class EmbeddedError(Exception):
    """An embedded service failed. The message is one line for a person."""


def cannot_start(engine: str, why: str) -> EmbeddedError:
    """The error for an engine that does not start: the reason, and what to configure instead."""
    return EmbeddedError(
        f"Embedded {engine} cannot start: {' '.join(why.split()).rstrip('.')}. {OTHER_ENGINE}"
    )


def disk_full(folder: Path) -> EmbeddedError:
    """The error for a full disk."""
    return EmbeddedError(
        f"The disk that holds {folder} is full: free at least 500 MB, or set NOCTURNE_VAR to a folder on another disk"
    )


def read_only(folder: Path) -> EmbeddedError:
    """The error for a folder that cannot be written."""
    return EmbeddedError(
        f"Nocturne cannot write to {folder}: make it writable, or set NOCTURNE_VAR to a folder that is"
    )


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn the error of a full disk or a read-only folder under `folder` into one line. Other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder) from error
        if error.errno in _REFUSED:
            raise read_only(folder) from error
        raise
