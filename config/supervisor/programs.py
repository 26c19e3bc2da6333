"""Commands of the Procfile that are Python programs, as this process could run them itself."""

import runpy
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: What a command may set for its process that was loaded with other values: the bounds and the pool of the
#: database are set anew (`preloaded`), the others are read when the program runs.
SETTABLE = frozenset(
    {
        "DATABASE_POOL",
        "DATABASE_STATEMENT_SECONDS",
        "DATABASE_LOCK_SECONDS",
        "HOST",
        "OMP_NUM_THREADS",
        "PORT",
    }
)


@dataclass(frozen=True)
class Program:
    """A module (`python -m NAME`) or a script, its words, and the environment that its command sets."""

    words: tuple[str, ...]
    env: Mapping[str, str]

    def run(self) -> None:
        """Run it as `python` does. It may raise SystemExit."""
        if self.words[0] == "-m":
            sys.argv = list(self.words[1:])
            runpy.run_module(self.words[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = list(self.words)
            runpy.run_path(self.words[0], run_name="__main__")


def program_of(command: str, *, env: Mapping[str, str], cwd: Path) -> Program | None:
    """The program that `[env NAME=VALUE …] python (-m MODULE | SCRIPT) [WORD …]` runs, with the shell's variables filled in.

    None for any other command, and for one that sets what was read before (`SETTABLE`).
    """
    if not command.startswith(("python ", "env ")):
        return None
    listed = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\0' {command}"],
        env=dict(env),
        cwd=cwd,
        capture_output=True,
        check=False,
    )
    words = listed.stdout.decode().split("\0")[:-1]
    given: dict[str, str] = {}
    if words[:1] == ["env"]:
        words = words[1:]
        while words and "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            given[name] = value
    if listed.returncode or words[:1] != ["python"] or not given.keys() <= SETTABLE:
        return None
    named = words[1:3] if words[1:2] == ["-m"] else words[1:2]
    whole = len(named) == 2 or (bool(named) and named[0].endswith(".py"))
    return Program(words=tuple(words[1:]), env=given) if whole else None
