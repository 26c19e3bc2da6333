"""The paths of the embedded services' files and sockets.

Free of Django, and of side effects except in `private_folder`.
"""

import hashlib
import os
import stat
from pathlib import Path
from urllib.parse import quote

from config.embedded.errors import EmbeddedError
from pipeline import patterns

PROJECT = Path(__file__).resolve().parents[2]
# sockaddr_un holds 108 bytes with its final NUL; the longest name in the folder is ".s.PGSQL.5432.lock".
LONGEST_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
# Only characters that all URL parsers involved (libpq, redis-py, kombu) leave unchanged.
_PLAIN = patterns.compile(r"[A-Za-z0-9/_.-]+")


def default_var() -> Path:
    """The folder of all files that a running Nocturne writes: `NOCTURNE_VAR`, else `var` in the project."""
    return Path(os.environ.get("NOCTURNE_VAR") or PROJECT / "var").expanduser().absolute()


def socket_folder(var: Path) -> Path:
    """The folder of the Unix sockets: `var/run`, or a short path under /tmp that depends only on `var`."""
    folder = var.absolute() / "run"
    if len(os.fsencode(folder)) <= LONGEST_FOLDER and _PLAIN.fullmatch(str(folder)):
        return folder
    digest = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:16]
    return Path("/tmp") / f"nocturne-{digest}"  # noqa: S108 (private_folder refuses a folder that somebody else made)


def database_url(var: Path, name: str = "nocturne") -> str:
    """The URL of the embedded PostgreSQL, over its Unix socket."""
    return f"postgresql://nocturne@/{quote(name)}?host={quote(str(socket_folder(var)), safe='/')}"


def redis_url(var: Path, number: int = 0) -> str:
    """The URL of the embedded Valkey, over its Unix socket; `number` is the logical database."""
    return f"unix://{socket_folder(var) / 'valkey.sock'}?db={number}"


def private_folder(folder: Path, *, owners: set[int]) -> None:
    """Make `folder` with mode 0700, or check that one of `owners` has it.

    Another user's folder or a symbolic link is refused.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in owners:
            raise EmbeddedError(
                f"{folder} belongs to somebody else: remove it, or set NOCTURNE_VAR to a folder with a shorter path"
            ) from None
        if stat.S_IMODE(facts.st_mode) != 0o700:
            folder.chmod(0o700)
