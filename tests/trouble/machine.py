"""An installation of its own that may be broken: PostgreSQL and Valkey that keep what they confirm, and real processes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import redis

from config.backup import programs
from config.embedded import Embedded
from config.embedded.paths import PROJECT
from tests.ports import free_port
from tests.waiting import PATIENCE, until


class Machine:
    """Services below `folder`, the nursery, and the processes by their kind."""

    def __init__(self, folder: Path, more: dict[str, str], code: Path = PROJECT) -> None:
        self.folder, self.code, self.port = folder, code, free_port()
        self.services = Embedded(folder)
        self.pids: dict[str, int] = {}
        self._asked = 0
        self.services.start()
        _copy_schema(self.services.database_url)
        kept = {key: value for key, value in os.environ.items() if key != "NOCTURNE_TEST_DB"}
        self.environment = {
            **kept, "DATABASE_URL": self.services.database_url, "REDIS_URL": self.services.redis_url, "NOCTURNE_VAR": str(folder),
            "DATABASE_POOL": "true", "DJANGO_SETTINGS_MODULE": "config.settings", "CACHE_PREFIX": "trouble", "LOG_LEVEL": "WARNING",
            "OMP_NUM_THREADS": "1", "EGRESS_ALLOW_LOOPBACK": "1", **more,
        }  # fmt: skip
        pipe = subprocess.PIPE
        self._nursery = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.trouble.nursery"],
            cwd=code, env=self.environment, stdin=pipe, stdout=pipe, text=True, bufsize=1,
        )  # fmt: skip
        assert self._nursery.stdout is not None
        assert self._nursery.stdout.readline() == "ready\n", "the nursery did not come up"

    @property
    def address(self) -> str:
        """Of the web process."""
        return f"http://127.0.0.1:{self.port}"

    def log_of(self, kind: str) -> Path:
        return self.folder / "log" / f"trouble-{kind}.log"

    def start(self, *kinds: str) -> None:
        """Start a process of each of these kinds."""
        for kind in kinds:
            self.pids[kind] = self._fork({"kind": kind, "log": str(self.log_of(kind)), "port": self.port})
        if "web" in kinds:
            until(self.answers, "the web process answers")

    def kill(self, kind: str) -> bool:
        """SIGKILL for all of a process's group, or for a service. False where it had ended by itself."""
        if kind in ("postgres", "valkey"):
            service = getattr(self.services, kind)
            os.kill(service.pid(), signal.SIGKILL)
            service._child.wait()
            return True
        try:
            os.killpg(self.pids[kind], signal.SIGKILL)
        except ProcessLookupError:
            return False
        until(lambda: not Path(f"/proc/{self.pids[kind]}").exists(), f"{kind} dies", pause=0.01)
        return True

    def restart(self, kind: str) -> None:
        """Another one of the kind, which was killed; nobody waits for it."""
        self.pids[kind] = self._fork({"kind": kind, "log": str(self.log_of(kind)), "port": self.port})

    def revive(self) -> list[str]:
        """Start anew what ended by itself, as a supervisor does. Returns what it was."""
        ended = [kind for kind, pid in self.pids.items() if not Path(f"/proc/{pid}").exists()]
        for kind in ended:
            self.restart(kind)
        return ended

    def start_writer(self, code: str) -> None:
        """Run lines that do not end."""
        self.pids["writer"] = self._fork({"kind": "do", "log": str(self.log_of("writer")), "code": code})

    def stop_writer(self) -> None:
        """End them."""
        self.kill("writer")

    def grow(self, size: str) -> None:
        """Give its small file system more room."""
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.folder)], check=True)

    def do(self, code: str) -> Any:
        """Run lines with the project loaded; what they leave in `answer`."""
        self._asked += 1
        log = self.log_of(f"do-{self._asked}")
        pid = self._fork({"kind": "do", "log": str(log), "code": code})
        until(lambda: not Path(f"/proc/{pid}").exists(), "the lines end", pause=0.02)
        said = log.read_text()
        assert '{"answer":' in said, said[-3000:]
        return json.loads(said.splitlines()[-1])["answer"]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Of a statement in the database; none where it has none."""
        with psycopg.connect(self.services.database_url, autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def queues(self) -> dict[str, int]:
        """How many messages each queue holds, and how many workers wait at it ("waiting")."""
        with redis.Redis.from_url(self.services.redis_url) as valkey:
            names = ("fetch", "scrape", "process", "enrich", "notify")
            held = {name: int(valkey.llen(f"trouble:{name}")) for name in names}
            waiting = sum(1 for one in valkey.client_list() if one["cmd"] == "brpop")
            return {**held, "unacked": int(valkey.hlen("trouble:unacked")), "waiting": waiting}

    def get(self, path: str, **more: Any) -> httpx.Response:
        """An answer of the site."""
        return httpx.get(f"{self.address}{path}", timeout=60, **more)

    def answers(self) -> bool:
        """Whether the web process answers at all."""
        try:
            return self.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def close(self) -> None:
        """End everything."""
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        self._nursery.wait(PATIENCE)
        self.services.stop()

    def _fork(self, asked: dict[str, Any]) -> int:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(json.dumps(asked) + "\n")
        return int(self._nursery.stdout.readline())


@contextmanager
def opened(*, size: str = "", code: Path = PROJECT, **more: str) -> Iterator[Machine]:
    """A machine below /tmp, where the user of PostgreSQL may go; with `size` on a file system as small as that (needs root).

    `code` is the folder of the project that its processes run.
    """
    folder = Path(tempfile.mkdtemp(prefix="nocturne-trouble-"))
    folder.chmod(0o755)
    if size:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "none", str(folder)], check=True
        )
    try:
        machine = Machine(folder, more, code)
        try:
            yield machine
        finally:
            machine.close()
    finally:
        if size:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _copy_schema(url: str) -> None:
    """Give it the tests' migrated database, without waiting for the migrations."""
    dump = subprocess.run(
        [programs.path("pg_dump"), "--no-owner"], env=programs.environment(), capture_output=True, check=True
    )
    subprocess.run(
        [programs.path("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", url], input=dump.stdout, capture_output=True, check=True
    )  # fmt: skip
