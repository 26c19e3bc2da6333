"""Searches files: those under NOCTURNE_VAR without the databases' own, and those of the storage."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.storage import default_storage

from accounts.privacy.scan.finding import Finding
from accounts.privacy.scan.marks import LONGEST, Marks

#: Folders under NOCTURNE_VAR that are not searched: the tables themselves (searched row by row), sockets, and
#: collected files of the code.
NOT_SEARCHED: Final = frozenset({"postgres", "valkey", "run", "static"})


def scan_files(marks: Marks) -> Iterator[Finding]:
    """Read every file, names included."""
    for path in files_of_var():
        for kind in sorted(marks.find(path.name) | marks.find(_read(path))):
            yield Finding(f"file {path.relative_to(settings.VAR_DIR)}", kind)
    for name in _stored(""):
        for kind in sorted(marks.find(name)):
            yield Finding(f"stored file {name}", kind)


def files_of_var() -> Iterator[Path]:
    """The files under NOCTURNE_VAR that are searched, in order."""
    root: Path = settings.VAR_DIR
    for top in sorted(root.iterdir()) if root.is_dir() else ():
        if top.name not in NOT_SEARCHED:
            yield from sorted(each for each in (top.rglob("*") if top.is_dir() else (top,)) if each.is_file())


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST)
    except OSError:  # gone meanwhile, or not ours to read
        return b""


def _stored(folder: str) -> Iterator[str]:
    """The names of all files of the default storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in files)
    for name in folders:
        yield from _stored(f"{prefix}{name}")
