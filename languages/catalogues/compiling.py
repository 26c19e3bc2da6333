"""Compiles `locale/*/LC_MESSAGES/django.po` for gettext, where it changed.

Compiled files are not in the repository. Every process that starts compiles what is missing or older than its
source, which takes some milliseconds; an image does it once, while it is built.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import structlog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

log = structlog.get_logger(__name__)
PROJECT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = PROJECT / "locale"


def sources() -> Iterator[Path]:
    """The catalogues, one for each language."""
    yield from sorted(FOLDER.glob("*/LC_MESSAGES/django.po"))


def compile_changed() -> list[Path]:
    """Compile each catalogue whose compiled file is missing or older. Returns what was written.

    Where the folder cannot be written, texts stay in English, and the log says so.
    """
    written = []
    for source in sources():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        try:
            _compile(source, target)
        except OSError as error:
            log.warning("catalogue_not_compiled", catalogue=str(source), reason=str(error))
        else:
            written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    """Write `target` at once: other processes read the old file or the new one."""
    stamp = source.stat().st_mtime_ns
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            write_mo(file, catalogue)
        os.utime(name, ns=(stamp, stamp))
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


if __name__ == "__main__":
    compile_changed()
