"""Two of everything on this machine: `python -m tests.two_of_everything` runs the smoke test against it, ends one of each, and runs it again.

Two web processes behind nginx with the shipped configuration and nchan, two of each worker, two publishers of the live feed, a primary and a
streaming replica of PostgreSQL, RabbitMQ (`--broker valkey` for Valkey) and one beat. It needs nginx, libnginx-mod-nchan and rabbitmq-server. The last line is
JSON: `{"passed", "broker", "checks": {NAME: seconds}, "after": {NAME: seconds}, "live_ms": […], "engine", "seconds"}`; exit 0 where all held.
`live_ms` is when the reader at nchan had the frame of the approval, from the end of the check `approve`, which waits for the frame of another
reader: below 0 where nchan's came first.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from config.embedded import Embedded
from config.embedded.nchan import nginx
from config.embedded.paths import PROJECT
from tests.ports import free_port
from tests.rabbitmq import running
from tests.replication import Pair
from tests.smoke.checks import Site, run
from tests.waiting import until

PASSWORD: Final = "two of everything 7"
CITY: Final = "bengaluru"
#: A city, and a moderator of every city whose address is confirmed.
_FOUND = f"""
import django
django.setup()
from allauth.account.models import EmailAddress
from tests.factories import make_categories, make_city, make_staff
make_categories()
make_city(slug="{CITY}")
staff = make_staff()
staff.set_password("{PASSWORD}")
staff.save()
EmailAddress.objects.update_or_create(user=staff, email=staff.email, defaults={{"verified": True, "primary": True}})
print(staff.email)
"""
_WORKERS: Final = ("worker", "processor", "notifier")


class House:
    """The processes, by a name for each."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *words: str, **more: str) -> None:
        """Start it, with its output in a file of that name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-W", "ignore", *words], env={**self.environment, **more}, cwd=PROJECT, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def done(self, *words: str) -> str:
        """What a program says that ends well."""
        told = subprocess.run(
            [sys.executable, "-W", "ignore", *words], env=self.environment, cwd=PROJECT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr[-3000:]
        return told.stdout

    def kill(self, name: str) -> None:
        """SIGKILL for it and its children."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        """End all."""
        for name in list(self.processes):
            self.kill(name)


class Reader(threading.Thread):
    """A reader of the city by WebSocket through nginx: when each frame came, and its text. It comes back when it is cut off."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url, self.frames, self.ended = url, [], threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                with connect(self._url, compression=None) as link:
                    while not self.ended.is_set():
                        self.frames.append((time.time(), str(link.recv(timeout=1))))
            except TimeoutError:
                continue
            except (ConnectionClosed, OSError):
                time.sleep(0.2)


@contextmanager
def house(broker: str) -> Iterator[tuple[House, str, list[int]]]:
    """Everything, the public address, and the ports of the web processes."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="nocturne-two-"))
        folder.chmod(0o755)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        services = Embedded(folder / "var", postgres=False)
        services.start()
        stack.callback(services.stop)
        pair = Pair(folder)
        stack.callback(pair.stop)
        pair.start("")
        ports, public, engine = [free_port(), free_port()], free_port(), free_port()
        environment = {
            **os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "DATABASE_URL": pair.url,
            "DATABASE_REPLICA_URL": pair.replica_url, "REDIS_URL": services.redis_url,
            "NOCTURNE_VAR": str(folder / "var"), "NOCTURNE_MODE": "local", "DJANGO_SETTINGS_MODULE": "config.settings",
            "LIVE_ENGINE": "nchan", "LIVE_NCHAN_URL": f"http://127.0.0.1:{engine}", "SITE_URL": f"http://127.0.0.1:{public}",
            "TRUSTED_PROXIES": "127.0.0.1", "FETCH_CONCURRENCY": "2", "PROCESS_CONCURRENCY": "1", "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        if broker == "rabbitmq":
            environment["BROKER_URL"] = stack.enter_context(running()).url
        made = House(folder, environment)
        stack.callback(made.close)
        made.done("manage.py", "migrate", "-v", "0")
        app = "; server ".join(f"127.0.0.1:{port}" for port in ports)
        stack.enter_context(
            nginx(folder, app=app, listen=f"127.0.0.1:{public}", engine=f"127.0.0.1:{engine}")
        )
        for number, port in enumerate(ports):
            made.start(f"web-{number}", "-m", "config.supervisor.one", "web", PORT=str(port))
            made.start(f"publisher-{number}", "manage.py", "publish_live")
            for name in _WORKERS:
                made.start(
                    f"{name}-{number}", "-m", "config.supervisor.one", name, HOSTNAME=f"{name}{number}"
                )
        made.start("beat", "-m", "config.supervisor.one", "beat")
        for port in ports:
            until(lambda port=port: _answers(f"http://127.0.0.1:{port}/readyz"), "a web process is ready")
        yield made, f"http://127.0.0.1:{public}", ports


def main(words: list[str]) -> int:
    """Run it; 0 where all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.two_of_everything", description=__doc__)
    parser.add_argument("--broker", choices=("rabbitmq", "valkey"), default="rabbitmq")
    asked, begun = parser.parse_args(words), time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended
    told: dict[str, Any] = {"passed": False, "broker": asked.broker}
    with house(asked.broker) as (made, public, ports):
        told["up_seconds"] = round(time.monotonic() - begun, 1)
        email = made.done("-c", _FOUND).strip().splitlines()[-1]
        until(lambda: all(_is_engine(port) for port in ports), "nchan serves the city's readers")
        reader = Reader(f"{public.replace('http', 'ws')}/ws/live?topics=events:city:{CITY}")
        reader.start()
        told["checks"], first = _smoke(public, email, reader)
        for name in ("web-0", "worker-0", "processor-0", "notifier-0", "publisher-0"):
            made.kill(name)
        until(lambda: _is_engine(ports[1]), "the other publisher goes on")
        told["after"], second = _smoke(public, email, reader)
        reader.ended.set()
        told["live_ms"] = [first, second]
        told["engine"] = _is_engine(ports[1])
        told["passed"] = all("!" not in name for name in (*told["checks"], *told["after"]))
        told["passed"] = told["passed"] and None not in told["live_ms"]
        if not told["passed"]:
            for log in sorted(made.folder.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}")
    print(json.dumps({**told, "seconds": round(time.monotonic() - begun)}))
    return 0 if told["passed"] else 1


def _smoke(public: str, email: str, reader: Reader) -> tuple[dict[str, float], float | None]:
    """Seconds of each check, `NAME!` for one that failed; and when nchan's reader had the frame (ms from the end of `approve`), None for never."""
    site, found = Site(url=public, city=CITY, email=email, password=PASSWORD), {}
    approved = 0.0
    for name, seconds, problem in run(site):
        found[f"{name}!" if problem else name] = round(seconds, 2)
        if problem:
            print(f"{name}: {problem}")
        if name == "approve":
            approved = time.time()
    came = [at for at, text in reader.frames if site.title in text]
    return found, round(1000 * (came[0] - approved), 1) if came else None


def _is_engine(port: int) -> bool:
    """Whether that web process hands readers of the city to nchan."""
    answer = httpx.get(f"http://127.0.0.1:{port}/_live/gate?topics=events:city:{CITY}", timeout=20)
    return answer.headers.get("x-accel-redirect", "").startswith("/_live/engine")


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=20).status_code == 200
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
