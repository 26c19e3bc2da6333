"""Copies of packed model files as they are used, made once for all processes of an installation.

Packages ship their models compressed. Each process unpacked them again, a second of processor time, and held its own 65 MB of them; a copy is read
quickly, or mapped, so that processes share it. Copies can be deleted at any time. Without a folder, or where it cannot be written, there are none.
"""

import hashlib
import mmap
import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final
from weakref import WeakSet

_FOLDER: Final[dict[str, Path]] = {}
_MAPPED: Final[WeakSet[mmap.mmap]] = WeakSet()


def keep_in(folder: Path) -> None:
    """Keep copies in this folder, which is made with the first one."""
    _FOLDER["models"] = folder


def unpacked(source: Path, name: str, write: Callable[[BinaryIO], object]) -> Path | None:
    """The copy `name` of a packed file, written by `write` where there is none yet; None where none can be kept.

    A file of another size, time or path has another copy. Only a folder of this user, which nobody else may write, is trusted.
    """
    folder = _FOLDER.get("models")
    if folder is None:
        return None
    try:
        state = source.stat()
        key = hashlib.sha256(f"{source} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:16]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owned = folder.stat()
        if owned.st_uid != os.getuid() or owned.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return None
        kept = folder / f"{key}-{name}"
        if not kept.exists():
            _write(kept, write)
    except OSError:
        return None
    return kept


def mapped(copy: Path) -> Any:
    """The table of an unpacked file (.npy), read only, in the kernel's memory until its parts are used."""
    import numpy as np  # noqa: PLC0415 - costly

    table = np.load(copy, mmap_mode="r")
    _MAPPED.add(table.base)
    return table


def let_go() -> None:
    """Take no part of the tables into account that was used: what is used again is mapped again, from the kernel's memory."""
    for each in _MAPPED:
        each.madvise(mmap.MADV_DONTNEED)


def _write(kept: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write beside it and rename, so that no process reads half of it."""
    descriptor, beside = tempfile.mkstemp(dir=kept.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            write(out)
        os.replace(beside, kept)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
