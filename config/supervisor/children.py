"""Runs several processes as one.

Their output is on one screen. A killed process is restarted; when one ends by itself, all are stopped.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import IO, Protocol

from config.supervisor.lines import Lines
from config.supervisor.output import Screen
from config.supervisor.programs import Program, program_of

PATIENCE = 10.0
HEAD_START = 20.0
TICK = 0.1
#: A killed process is restarted so often within so many seconds; the next kill stops all.
REVIVALS = 3
REVIVAL_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent ends, however it ends (Linux only)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Process(Protocol):
    """What the supervisor uses of `subprocess.Popen`, which a forked process has too."""

    pid: int

    @property
    def stdout(self) -> IO[bytes] | None:
        """What it writes."""

    def poll(self) -> int | None:
        """Its exit code, -N after signal N; None while it runs."""

    def wait(self) -> int:
        """Wait for its end."""

    def terminate(self) -> None:
        """Send SIGTERM."""


class Site(Protocol):
    """The site as loaded in this process (`preloaded.Preloaded`)."""

    def load_workers(self) -> None:
        """Load what the workers and beat use."""

    def fork(self, program: Program, *, env: Mapping[str, str], cwd: Path) -> Process:
        """Run the program in a child of this process."""


class Child:
    """One process in its own process group.

    `command` is one simple command, as for `exec`. With `site`, a Python program is forked from this process.
    """

    def __init__(
        self, name: str, command: str, *, env: Mapping[str, str], cwd: Path, site: Site | None = None
    ) -> None:
        self.name, self.command, self.env, self.cwd, self.site = name, command, env, cwd, site
        self.process: Process | None = None
        self.revived: list[float] = []

    def start(self, lines: Lines) -> None:
        """Start it. Its output goes to `lines`."""
        program = program_of(self.command, env=self.env, cwd=self.cwd) if self.site else None
        if self.site and program:
            self.process = self.site.fork(program, env=self.env, cwd=self.cwd)
        else:
            self.process = self._spawn()
        assert self.process.stdout is not None
        lines.follow(self.name, self.process.stdout)

    def _spawn(self) -> Process:
        return subprocess.Popen(
            ["/bin/sh", "-c", f"exec {self.command}"],
            env=dict(self.env),
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def code(self) -> int | None:
        """Its exit code as in a shell (128 + signal); None before the start and while it runs."""
        code = self.process.poll() if self.process else None
        return code if code is None or code >= 0 else 128 - code

    def runs(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the process alone: a worker ends its own children in order."""
        if self.process is not None and self.runs():
            self.process.terminate()

    def kill_group(self) -> None:
        """Send SIGKILL to the rest of its group."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # macOS raises this for a group of zombies
                return


class StopRequest:
    """Remembers SIGINT, SIGTERM and SIGHUP from its installation on, over all phases of a start."""

    def __init__(self) -> None:
        self.signals: list[signal.Signals] = []

    def install(self) -> "StopRequest":
        """Catch the signals; they no longer interrupt anything."""
        for sign in STOP_SIGNALS:
            signal.signal(sign, self._remember)
        return self

    def _remember(self, number: int, _frame: FrameType | None) -> None:
        self.signals.append(signal.Signals(number))


class Supervisor:
    """Runs children until one of them ends by itself or a stop is requested.

    A child that was killed by SIGKILL (by a person, or by the kernel for lack of memory) is restarted alone,
    up to REVIVALS times in REVIVAL_SECONDS: the site stays up, and periodic tasks resume the child's work. A
    child that ends by itself, or crashes, would do so again, and is not restarted.

    `commands` maps names to shell commands. With `ready`, the first `ahead` are started alone, and the others
    (after a call of `on_ready`) when `ready` returns True or after HEAD_START: so the site answers sooner
    than if all started at once. The child called `once` may end; only its failure stops all. `changed` is
    called at each tick; when it returns True, all are restarted, and a child that ends by itself waits for
    the next change instead of stopping the others. With `site`, Python programs are forked from this process.
    """

    def __init__(
        self,
        commands: Mapping[str, str],
        *,
        screen: Screen,
        stop: StopRequest,
        env: Mapping[str, str],
        cwd: Path,
        patience: float = PATIENCE,
        changed: Callable[[], bool] | None = None,
        once: str = "",
        ahead: int = 1,
        ready: Callable[[], bool] | None = None,
        on_ready: Callable[[], None] | None = None,
        site: Site | None = None,
    ) -> None:
        self.children = [
            Child(name, command, env=env, cwd=cwd, site=site) for name, command in commands.items()
        ]
        self.site = site
        self.screen, self.stop, self.patience = screen, stop, patience
        self.changed, self.ready, self.on_ready = changed, ready, on_ready
        self.once, self.ahead = once, ahead
        self._lines = Lines()
        self._ended: set[Child] = set()
        self._begun = time.monotonic()

    def run(self) -> int:
        """Start all, wait for an end, stop the others.

        Returns 0 after a requested stop, else the code of the first child that ended.
        """
        try:
            self._start(self.children[: self.ahead] if self.ready else self.children)
            return self._watch()
        finally:
            self._stop_all()

    def _start(self, children: list[Child]) -> None:
        self._ended.difference_update(children)
        for child in children:
            child.start(self._lines)

    def _let_others_start(self) -> None:
        """When the first children are ready, call `on_ready` once and start the others.

        At the latest after HEAD_START.
        """
        if self.ready is None:
            return
        ready = self.ready() and not any(child.runs() for child in self.children if child.name == self.once)
        if ready:
            self.ready = None
            if self.on_ready:
                self.on_ready()
        if ready or time.monotonic() > self._begun + HEAD_START:
            if self.site:
                self.site.load_workers()
            self._start([child for child in self.children if child.process is None])

    def _watch(self) -> int:
        while not self.stop.signals:
            self._show(TICK)
            if self.changed and self.changed():
                self.screen.say("files changed, restarting")
                self._stop_all()
                self._start([child for child in self.children if child.name != self.once or child.code()])
            if (code := self._first_end()) is not None:
                return code
            self._let_others_start()
        self.screen.say(f"{self.stop.signals[0].name} received, stopping")
        return 0

    def _first_end(self) -> int | None:
        """The code of a child that has just ended; None without one, or where the next change restarts it."""
        for child in self.children:
            if child in self._ended or (code := child.code()) is None:  # runs, or was not started
                continue
            self._ended.add(child)
            self._show(TICK)
            if child.name == self.once and code == 0:
                continue
            if code == 128 + signal.SIGKILL and child.name != self.once and self._revive(child):
                continue
            if not self.changed:
                self._report(child, code, len(self.children) > 1)
                return code
            self.screen.say(f"{child.name} ended with code {code}, waiting for a change")
        return None

    def _revive(self, child: Child) -> bool:
        """Restart a killed child.

        False where that happened too often lately. The rest of its group is killed first.
        """
        now = time.monotonic()
        child.revived = [moment for moment in child.revived if moment > now - REVIVAL_SECONDS]
        if len(child.revived) >= REVIVALS:
            return False
        child.revived.append(now)
        child.kill_group()
        self.screen.say(f"{child.name} was killed, starting it again")
        self._start([child])
        return True

    def _report(self, child: Child, code: int, others: bool) -> None:
        if others:
            self.screen.say(f"{child.name} ended with code {code}, stopping the others")

    def _stop_all(self) -> None:
        """SIGTERM to each, SIGKILL after the grace period, or at once after a second Ctrl-C."""
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + self.patience
        while late := [child.name for child in self.children if child.runs()]:
            self._show(TICK)
            if time.monotonic() > deadline or self.stop.signals.count(signal.SIGINT) > 1:
                self.screen.say(f"killing {', '.join(late)}")
                break
        for child in self.children:
            child.kill_group()
            if child.process:
                child.process.wait()
        self._show(TICK)

    def _show(self, seconds: float) -> None:
        """Print new output; wait up to `seconds` for the first line."""
        for name, text in self._lines.read(seconds):
            self.screen.say(text, name)
