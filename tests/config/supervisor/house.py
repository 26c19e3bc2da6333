"""A small installation for the supervisor: its own Procfile of shell commands, run by the real program."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

from config.embedded.paths import PROJECT
from tests.ports import free_port

PROGRAM = "import sys; from pathlib import Path; from config.supervisor.start import run; sys.exit(run(procfile=Path(sys.argv[1]), prepare=sys.argv[2]))"
#: A process that listens where it is told and says its pid; then it waits for a signal.
WEB = (
    f"{sys.executable} -c \"import os, socket, signal; s = socket.create_server(('127.0.0.1', int(os.environ['PORT']))); "
    "print('web', os.getpid(), flush=True); signal.pause()\""
)


class House:
    """A running supervisor; `until` reads its lines."""

    def __init__(
        self, folder: Path, procfile: str, *, prepare: str = "true", terminal: bool = False, **env: str
    ) -> None:
        (folder / "Procfile").write_text(procfile)
        self.port = free_port()
        given = {
            "DATABASE_URL": "postgresql://none/none",
            "REDIS_URL": "redis://none",
            "PORT": str(self.port),
            "NOCTURNE_VAR": str(folder / "var"),
        }
        words = [sys.executable, "-c", PROGRAM, str(folder / "Procfile"), prepare]
        self.seen: list[str] = []
        self._passed: list[str] = []
        self.master = -1
        if terminal:
            self.master, slave = pty.openpty()
            self.process = subprocess.Popen(
                words,
                cwd=PROJECT,
                env=os.environ | given | env,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                text=True,
                preexec_fn=_own_terminal,
            )
            os.close(slave)
            self.lines = os.fdopen(os.dup(self.master), "r", errors="replace")
        else:
            self.process = subprocess.Popen(
                words,
                cwd=PROJECT,
                env=os.environ | given | env,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert self.process.stdout is not None
            self.lines = self.process.stdout

    def until(self, word: str) -> str:
        """The next line that contains `word`: one that was passed over, since processes write in any order, or the first to come."""
        for line in self._passed:
            if word in line:
                self._passed.remove(line)
                return line
        for line in self.lines:
            self.seen.append(line)
            if word in line:
                return line
            self._passed.append(line)
        raise AssertionError(f"{word!r} was never said:\n{''.join(self.seen)}")

    def pid(self, word: str) -> int:
        """The number at the end of the next line that contains `word`."""
        return int(self.until(word).split()[-1])

    def signal(self, sign: signal.Signals) -> None:
        """Send a signal to the supervisor."""
        self.process.send_signal(sign)

    def end(self) -> tuple[int, str]:
        """Wait for its end. Returns the exit code and all output."""
        self.seen += self.lines.readlines()
        return self.process.wait(timeout=60), "".join(self.seen)

    def close(self) -> None:
        """Kill all its processes."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)
        self.lines.close()
        if self.master >= 0:
            os.close(self.master)


def _own_terminal() -> None:
    """Make standard input the controlling terminal of a new session, as a terminal window does."""
    import fcntl
    import termios

    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def runs(pid: int) -> bool:
    """Whether a process is alive (a zombie is not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
