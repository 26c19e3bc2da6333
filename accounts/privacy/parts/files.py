"""Files under NOCTURNE_VAR: logs. (Pictures belong to the account, mails to digests.)"""

from pathlib import Path
from typing import Final

from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.redacting import needles_of
from accounts.privacy.registry import Part
from accounts.privacy.scan.files import files_of_var

_LOGS: Final = (".log", ".jsonl", ".txt")


def erase(person: Person) -> int:
    """Overwrite the person's marks in logs on this machine, in place, since others may be writing to them."""
    needles = [needle.encode() for needle in needles_of(person)]
    logs = (path for path in files_of_var() if path.suffix in _LOGS or ".log." in path.name)
    return sum(_overwrite(path, needles) for path in logs)


def _overwrite(path: Path, needles: list[bytes]) -> int:
    try:
        with path.open("r+b") as file:
            folded = file.read().lower()
            hits = [(start, len(needle)) for needle in needles for start in _places(folded, needle)]
            for start, length in hits:
                file.seek(start)
                file.write(b"*" * length)
    except OSError:  # rotated away meanwhile, or not ours to write
        return 0
    return 1 if hits else 0


def _places(text: bytes, needle: bytes) -> list[int]:
    found, start = [], text.find(needle)
    while needle and start >= 0:
        found.append(start)
        start = text.find(needle, start + len(needle))
    return found


FILES: Final = Part(
    name=_("logs"),
    holds=_("lines about requests, which name you by a hash that changes every day and contain no address"),
    purpose=_("to find errors and misuse"),
    models=frozenset(),
    erase=erase,
)
