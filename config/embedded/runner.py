"""The user that PostgreSQL runs as. It refuses to run as root, so root needs another one."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded.errors import cannot_start

NOBODY = 65534


@dataclass(frozen=True)
class Runner:
    """A command prefix, and the user (as seen from outside) that must own the data folder."""

    prefix: tuple[str, ...]
    uid: int

    def command(self, *words: str | Path) -> list[str]:
        """The words with the prefix before them."""
        return [*self.prefix, *map(str, words)]


def choose_runner(folder: Path, postgres: Path) -> Runner:
    """The first way in which `postgres` runs here and may write into `folder` (which exists).

    Raises EmbeddedError.
    """
    if (uid := os.geteuid()) != 0:
        # initdb looks up its user; a user without an entry (docker run --user) takes another one's name in a
        # namespace.
        renamed = None if _is_known(uid) else _in_namespace(uid)
        return renamed if renamed and _works(renamed, folder, postgres) else Runner((), uid)
    owner = folder.stat().st_uid
    for runner in _for_root(owner):
        os.chown(folder, runner.uid, -1)
        if _works(runner, folder, postgres):
            return runner
    raise cannot_start(
        "PostgreSQL",
        "it refuses to run as root, and neither unshare nor setpriv works here; run as an ordinary user",
    )


def own(folder: Path, uid: int) -> None:
    """Make `uid` the owner of everything below `folder`."""
    if os.geteuid() != 0:
        return
    for base, _, names in os.walk(folder):
        for path in [Path(base), *(Path(base) / name for name in names)]:
            if path.lstat().st_uid != uid:
                os.chown(path, uid, -1, follow_symlinks=False)


def _for_root(owner: int) -> Iterator[Runner]:
    """Ways for root, best first. A folder of an ordinary user stays with that user."""
    if owner not in (0, NOBODY):
        yield _as_user(owner)
    if renamed := _in_namespace(0):
        yield renamed
    yield _as_user(NOBODY)
    # In a home with mode 0700 other users have no access: keep the one capability that grants it.
    # (no_setuid_fixup, else access(2) ignores it.)
    yield _as_user(
        NOBODY, "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"
    )


def _in_namespace(uid: int) -> Runner | None:
    """Run as `uid` outside, but as an ordinary known user inside a namespace; None without unshare."""
    known = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid]
    name = NOBODY if NOBODY in known or not known else known[0]
    unshare = shutil.which("unshare")
    return Runner((unshare, "-U", f"--map-user={name}", f"--map-group={name}"), uid) if unshare else None


def _is_known(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def _as_user(uid: int, *options: str) -> Runner:
    return Runner(
        (
            shutil.which("setpriv") or "setpriv",
            f"--reuid={uid}",
            f"--regid={uid}",
            "--clear-groups",
            *options,
        ),
        uid,
    )


def _works(runner: Runner, folder: Path, postgres: Path) -> bool:
    """Whether the identity can be used, the binary started and the folder written."""
    # A file is really written: access(2), which `test -w` uses, ignores capabilities.
    probe = folder / ".probe"
    for words in ((postgres, "--version"), ("touch", probe), ("rm", probe)):
        try:
            if subprocess.run(
                runner.command(*words), capture_output=True, check=False, timeout=30
            ).returncode:
                return False
        except OSError:
            return False
    return True
