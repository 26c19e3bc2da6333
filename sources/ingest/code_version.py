"""A version of the code that reads and refines: what it could not process is retried when the code changes."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parents[1]
#: The code that reads outside data, and the packages that it depends on.
_FOLDERS: Final = (_HERE, _HERE.parent / "pipeline")
_PACKAGES: Final = _HERE.parent / "requirements.txt"


@cache
def code_version() -> str:
    """16 hexadecimal digits that change with any file of the code that reads and refines.

    Takes 20 ms, once per process.
    """
    digest = hashlib.sha256()
    for path in (*sorted(path for folder in _FOLDERS for path in folder.rglob("*.py")), _PACKAGES):
        if path.exists():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
