"""The log of the embedded PostgreSQL, segment by segment, encrypted and shipped: what makes recovery to a point in time possible."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

from config.backup.errors import BackupError
from config.backup.places import Place
from config.backup.streams import CHUNK, sealed, unsealed

FOLDER: Final = "wal/"
_ENDING: Final = ".age"


def ship(spool: Path, place: Place, system: str, recipients: list[str]) -> int:
    """Store each finished segment of `spool` below `wal/SYSTEM/`, and remove it here. Returns how many.

    The name has the segment's hash: a segment that was archived again after a crash is known, and one of another history stands beside it.
    """
    count = 0
    for path in sorted(spool.iterdir()) if spool.is_dir() else ():
        if path.name.startswith("."):
            continue
        content = path.read_bytes()  # 16 MiB
        name = f"{FOLDER}{system}/{path.name}.{hashlib.sha256(content).hexdigest()[:16]}{_ENDING}"
        if name not in place.sizes(name):
            place.put(name, sealed(io.BytesIO(content), recipients))
        path.unlink()
        count += 1
    return count


def waiting(spool: Path) -> int:
    """How many finished segments wait to be shipped."""
    return sum(not path.name.startswith(".") for path in spool.iterdir()) if spool.is_dir() else 0


def newest(place: Place, system: str) -> str:
    """The name of the last shipped segment, '' where there is none."""
    segments = [name for name in _by_segment(place, system) if len(name) == 24]
    return max(segments, default="")


def collect(place: Place, system: str, first: str, folder: Path, identity: str) -> int:
    """Decrypt the segments from `first` on, and the histories of timelines, into `folder`. Returns how many segments."""
    count = 0
    for segment, names in sorted(_by_segment(place, system).items()):
        is_history = segment.endswith(".history")
        if not is_history and (len(segment) != 24 or segment[8:] < first[8:]):
            continue
        if len(names) > 1:
            raise BackupError(
                f"The log has two segments {segment}: two servers wrote it. Remove the one of the wrong server: {', '.join(names)}"
            )
        with place.get(names[0]) as content, (folder / segment).open("wb") as out:
            plain = unsealed(content, identity)
            while piece := plain.read(CHUNK):
                out.write(piece)
        count += not is_history
    return count


def forget(place: Place, is_kept: Callable[[str, str], bool]) -> int:
    """Delete the segments that no kept backup needs: `is_kept` is asked with system and segment. Returns how many."""
    count = 0
    for name in place.sizes(FOLDER):
        system, _, file = name.removeprefix(FOLDER).partition("/")
        segment = _segment(file)
        if len(segment) == 24 and not is_kept(system, segment):
            place.delete(name)
            count += 1
    return count


def _by_segment(place: Place, system: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in place.sizes(f"{FOLDER}{system}/"):
        found.setdefault(_segment(name.rpartition("/")[2]), []).append(name)
    return found


def _segment(file: str) -> str:
    """`0000000100000000000000A1` of `0000000100000000000000A1.HASH.age`."""
    return file.removesuffix(_ENDING).rpartition(".")[0]
