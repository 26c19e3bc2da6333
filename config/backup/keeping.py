"""Which backups are kept, and whether they are whole."""

from datetime import datetime, timedelta

from config.backup import erasures, wal
from config.backup.manifest import FOLDER, Manifest, known
from config.backup.places import Place
from config.backup.streams import CHUNK, Counted

#: What was begun so long ago and has no manifest was interrupted.
_UNFINISHED = timedelta(days=2)


def forget(place: Place, *, days: int, now: datetime) -> dict[str, int]:
    """Delete backups that ended more than `days` ago, but never the newest; then the log and the notes of erasures that none needs.

    Returns how many of each.
    """
    held = [Manifest.read(place, each, trust=True) for each in known(place)]
    kept = [each for each in held if each is held[-1] or each.ended_at >= now - timedelta(days=days)]
    gone = {each.id for each in held} - {each.id for each in kept}
    gone |= _interrupted(place, {each.id for each in held}, now)
    for backup_id in gone:
        _delete(place, backup_id)
    bases = [each for each in kept if each.system]

    def is_kept(system: str, segment: str) -> bool:
        firsts = [each.first_segment[8:] for each in bases if each.system == system]
        return not bases or any(segment[8:] >= first for first in firsts)

    oldest = min((datetime.fromisoformat(each.begun) for each in kept), default=now)
    return {
        "backups": len(gone),
        "segments": wal.forget(place, is_kept),
        "erasures": erasures.forget(place, before=oldest) if kept else 0,
    }


def verify(place: Place, backup_id: str) -> list[str]:
    """Read all of a backup; returns what is wrong with it. Needs no private key."""
    manifest, wrong = Manifest.read(place, backup_id), []
    sizes = place.sizes(f"{FOLDER}{backup_id}/")
    for each in manifest.objects:
        name = f"{FOLDER}{backup_id}/{each.name}"
        if name not in sizes:
            wrong.append(f"{each.name} is missing")
            continue
        with place.get(name) as content:
            counted = Counted(content)
            while counted.read(CHUNK):
                pass
        if (counted.bytes, counted.sha256) != (each.bytes, each.sha256):
            wrong.append(f"{each.name} was changed or cut: {counted.bytes} bytes, {each.bytes} expected")
    return wrong


def _interrupted(place: Place, finished: set[str], now: datetime) -> set[str]:
    ids = {name.removeprefix(FOLDER).partition("/")[0] for name in place.sizes(FOLDER)} - finished
    return {each for each in ids if each < f"{now - _UNFINISHED:%Y%m%dT%H%M%SZ}"}


def _delete(place: Place, backup_id: str) -> None:
    """The manifest first: what is half deleted is no backup."""
    names = sorted(place.sizes(f"{FOLDER}{backup_id}/"), key=lambda name: not name.endswith(".json"))
    for name in names:
        place.delete(name)
