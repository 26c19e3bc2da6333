"""Stored files (copies of pictures, profile pictures, share pictures) and the log's checkpoints, as a tar stream."""

import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.core.files.storage import Storage, default_storage

#: Below these names in the stream.
MEDIA, CHECKPOINTS = "media/", "audit/checkpoints.ndjson"
_SPOOLED: Final = 8 * 2**20


def pack(out: IO[bytes]) -> None:
    """Write all of them as a tar to `out`. A file that is deleted meanwhile is left out: no row names it any more."""
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name in _names(default_storage):
            _add(tar, name)
        if Path(settings.AUDIT_CHECKPOINTS).is_file():
            tar.add(settings.AUDIT_CHECKPOINTS, arcname=CHECKPOINTS, recursive=False)


def unpack(content: IO[bytes]) -> int:
    """Store what `pack` wrote; returns how many files. Checkpoints that are here are kept, since they may be newer."""
    count = 0
    with tarfile.open(fileobj=content, mode="r|") as tar:
        for member in tar:
            source = tar.extractfile(member) if member.isfile() else None
            if source is None:
                continue
            if member.name == CHECKPOINTS:
                _keep_checkpoints(source)
            elif member.name.startswith(MEDIA):
                _store(member.name.removeprefix(MEDIA), source)
                count += 1
    return count


def _store(name: str, source: IO[bytes]) -> None:
    """Write a file under its own name (the storage refuses names that lead out of it)."""
    if default_storage.exists(name):
        default_storage.delete(name)
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as spool:
        shutil.copyfileobj(source, spool)
        spool.seek(0)
        default_storage.save(name, spool)  # type: ignore[arg-type]


def _add(tar: tarfile.TarFile, name: str) -> None:
    try:
        with default_storage.open(name) as file:
            entry = tarfile.TarInfo(MEDIA + name)
            entry.size = file.size
            tar.addfile(entry, file)
    except FileNotFoundError:
        return


def _names(storage: Storage, folder: str = "") -> Iterator[str]:
    """All files of a storage, folder by folder."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}{name}"
    for name in sorted(folders):
        yield from _names(storage, f"{folder}{name}/")


def _keep_checkpoints(source: IO[bytes]) -> None:
    path = Path(settings.AUDIT_CHECKPOINTS)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source.read())
