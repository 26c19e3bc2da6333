#!/usr/bin/env python3
"""Make the environment in `.venv/` with nothing but a Python: `python3 deploy/bootstrap.py [--s3 | --dev]`.

uv installs where it can be had, pip where not. What is installed is remembered by the hash of its
requirements, so that a start without a change needs no network and no time. Scripts of `.venv/bin` are never
called (their first line breaks in a long path or one with spaces), only `.venv/bin/python -m NAME`. Only the
standard library is used here.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
PROJECT = Path(__file__).resolve().parent.parent
#: Each set has all of those before it; pictures in a bucket need `s3`.
FILES = {"run": "requirements.txt", "s3": "requirements-s3.txt", "dev": "requirements-dev.txt"}
STAMP = "nocturne-installed.json"
#: What pip is told about its registry, in uv's words.
UV_WORDS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


class BootstrapError(Exception):
    """The environment cannot be made; the message is one line for a person."""


class Bootstrap:
    """The environment of one checkout."""

    def __init__(self, project: Path = PROJECT) -> None:
        self.project = project
        self.venv = project / ".venv"
        self.python = self.venv / "bin" / "python"
        self.stamp = self.venv / STAMP

    def ensure(self, level: str) -> bool:
        """Install what `level` (of FILES) needs, unless it is there. Says whether anything was done. Raises
        BootstrapError."""
        held = self._held()
        levels = list(FILES)
        if held.get("level") in levels[levels.index(level) :]:
            level = held[
                "level"
            ]  # the larger set serves both: `make run` after `make test` takes nothing away
        wanted = self._fingerprint(level)
        if held.get("fingerprint") == wanted and _quiet([self.python, "-c", ""]):
            return False
        try:
            self._make_venv()
            self._install(self.project / FILES[level])
            self.stamp.write_text(json.dumps({"level": level, "fingerprint": wanted}))
        except OSError as error:
            raise BootstrapError(_why(error, self.project)) from error
        return True

    def _held(self) -> dict[str, str]:
        try:
            held = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        return held if isinstance(held, dict) else {}

    def _fingerprint(self, level: str) -> str:
        digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
        for name in [FILES["run"], FILES[level]]:
            digest.update((self.project / name).read_bytes())
        return digest.hexdigest()

    def _make_venv(self) -> None:
        """Make `.venv` where there is none that works; without ensurepip (Debian's python3) by uv."""
        if self._matches():
            return
        say(f"making the environment in {self.venv}")
        if self.venv.exists():
            shutil.rmtree(self.venv)
        self.venv.mkdir()  # a folder that cannot be written fails here, with its reason
        done = _run([sys.executable, "-m", "venv", self.venv])
        if done.returncode == 0:
            return
        uv = find_uv() or self._borrowed_uv()
        if (
            uv is None
            or _run(
                [*uv, "venv", "--clear", "--seed", "--python", sys.executable, self.venv],
                env=uv_environment(),
            ).returncode
        ):
            shutil.rmtree(self.venv, ignore_errors=True)
            raise BootstrapError(_venv_missing(done.stdout))

    def _matches(self) -> bool:
        """Whether `.venv` works and has the version of this Python."""
        return _quiet(
            [
                self.python,
                "-c",
                f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])!r})",
            ]
        )

    def _borrowed_uv(self) -> list[str | Path] | None:
        """uv in a folder of its own under `var`, by a pip outside of any environment."""
        folder = self.project / "var" / "uv"
        if _run([sys.executable, "-m", "pip", "install", "-q", "--target", folder, "uv"]).returncode:
            return None
        return [folder / "bin" / "uv"]

    def _install(self, requirements: Path) -> None:
        say(f"installing {requirements.name} (once; a minute or two)")
        uv = find_uv() or self._own_uv()
        done = None
        if uv is not None:
            done = _run(
                [*uv, "pip", "sync", "-q", "--python", self.python, requirements], env=uv_environment()
            )
        if done is None or done.returncode:
            done = _run([self.python, "-m", "pip", "install", "-q", "--require-hashes", "-r", requirements])
        if done.returncode:
            raise BootstrapError(_install_failed(done.stdout, self.project))

    def _own_uv(self) -> list[str | Path] | None:
        own: list[str | Path] = [self.python, "-m", "uv"]
        if (
            _quiet([*own, "--version"])
            or _run([self.python, "-m", "pip", "install", "-q", "uv"]).returncode == 0
        ):
            return own
        return None


def find_uv() -> list[str | Path] | None:
    """uv on PATH, or None."""
    found = shutil.which("uv")
    return [found] if found else None


def uv_environment() -> dict[str, str]:
    """The environment for uv, which does not read pip's settings: the same registry, certificate and extra
    folders."""
    env = {"UV_INDEX_STRATEGY": "unsafe-best-match", **os.environ}  # as pip does; the hashes make it safe
    listed = _run([sys.executable, "-m", "pip", "config", "list"])
    for line in listed.stdout.splitlines() if listed.returncode == 0 else []:
        key, _, value = line.partition("=")
        name = UV_WORDS.get(key.rpartition(".")[2])
        if name:
            env.setdefault(
                name, ",".join(value.strip("'\"").split()) if name == "UV_FIND_LINKS" else value.strip("'\"")
            )
    return env


def say(text: str) -> None:
    """One line about what goes on."""
    print(f"nocturne: {text}", flush=True)


def _run(words: list[str | Path], env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program; what it says on both streams is in `stdout`."""
    try:
        return subprocess.run(
            [str(word) for word in words],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess([], 127, f"{error}")


def _quiet(words: list[str | Path]) -> bool:
    return _run(words).returncode == 0


def _why(error: OSError, project: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {project} is full: free at least 2 GB"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"Nocturne cannot write to {project}: make it writable, or clone it to a folder that is"
    return str(error)


def _venv_missing(said: str) -> str:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if "ensurepip" in said or "No module named venv" in said:
        return f"This Python has no venv: install it (Debian, Ubuntu: apt-get install python{version}-venv), or install uv, then try again"
    return f"The environment cannot be made: {_last_line(said)}"


def _install_failed(said: str, project: Path) -> str:
    if "No space left on device" in said:
        return f"The disk that holds {project} is full: free at least 2 GB"
    offline = (
        "Temporary failure in name resolution",
        "NewConnectionError",
        "dns error",
        "Network is unreachable",
        "Max retries exceeded",
    )
    if any(sign in said for sign in offline):
        return "The packages cannot be fetched: no way to the package registry. Connect once; later starts need no network"
    return f"The packages cannot be installed: {_last_line(said)}"


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return next(
        (line for line in lines if line.startswith("ERROR:")), lines[-1] if lines else "no reason was given"
    )


def main(words: list[str] | None = None) -> int:
    """Read the options and make the environment."""
    if sys.version_info < OLDEST:
        print(
            f"nocturne: needs Python 3.11 or newer, this is {sys.version.split()[0]} ({sys.executable})",
            file=sys.stderr,
        )
        return 1
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Make the environment in .venv/.")
    larger = parser.add_mutually_exclusive_group()
    larger.add_argument(
        "--s3", action="store_const", const="s3", dest="level", help="also what pictures in a bucket need"
    )
    larger.add_argument(
        "--dev", action="store_const", const="dev", dest="level", help="also what tests and checks need"
    )
    try:
        Bootstrap().ensure(parser.parse_args(words).level or "run")
    except BootstrapError as error:
        print(f"nocturne: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
