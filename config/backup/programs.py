"""PostgreSQL's own programs, as streams: those of the wheel, else those on PATH."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, Final

from django.db import connection
from psycopg import pq

from config.backup.errors import BackupError
from config.embedded import postgres

_KNOWN: Final = {each.keyword.decode() for each in pq.Conninfo.get_defaults()} - {
    "options",
    "client_encoding",
}

#: Those whose variable is not PG and their own name.
_VARIABLES: Final = {"dbname": "PGDATABASE"}


def parameters(**changed: str) -> dict[str, Any]:
    """libpq's parameters of Django's database, some of them changed."""
    given = {**connection.get_connection_params(), **changed}
    return {key: value for key, value in given.items() if key in _KNOWN and value not in (None, "")}


def environment(params: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The environment in which the programs find the database of `params` (default: Django's), its password included."""
    given = parameters() if params is None else params
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return {**kept, **{_VARIABLES.get(key, f"PG{key.upper()}"): str(value) for key, value in given.items()}}


def path(name: str) -> str:
    """Where the program is. Raises BackupError where it is nowhere."""
    found = postgres.program(name) or shutil.which(name)
    if not found:
        raise BackupError(
            f"{name} is not installed (Debian: postgresql-client, of the server's version or newer)"
        )
    return str(found)


def read(name: str, *words: str, env: Mapping[str, str], out: IO[bytes]) -> None:
    """Run a program and copy what it prints to `out`. Raises BackupError with its own words where it fails."""
    with _running(name, words, env, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        shutil.copyfileobj(process.stdout, out, 2**20)


def feed(name: str, *words: str, env: Mapping[str, str], content: IO[bytes]) -> None:
    """Run a program that reads `content`. Raises BackupError as `read`, and what `content` raises."""
    with _running(name, words, env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        try:
            shutil.copyfileobj(content, process.stdin, 2**20)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended, and says why


@contextmanager
def _running(
    name: str, words: tuple[str, ...], env: Mapping[str, str], **pipes: int
) -> Iterator["subprocess.Popen[bytes]"]:
    with tempfile.TemporaryFile() as said:
        command = [path(name), *words]
        process: subprocess.Popen[bytes] = subprocess.Popen(command, env=dict(env), stderr=said, **pipes)  # type: ignore[call-overload]
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None and not pipe.closed:
                    pipe.close()
        if code:
            said.seek(0)
            lines = said.read(20_000).decode(errors="replace").strip().splitlines()
            raise BackupError(f"{name} failed: {lines[-1] if lines else f'exit code {code}'}")
