"""The steps of `make run`: port, services, preparation, processes; and their end in reverse order."""

import errno
import os
import socket
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from honcho.environ import parse_procfile

from config import env as environment
from config.embedded import Embedded, EmbeddedError
from config.embedded.errors import explained
from config.embedded.paths import PROJECT
from config.services import wanted_services
from config.supervisor.children import StopRequest, Supervisor
from config.supervisor.output import Screen
from config.supervisor.preloaded import Preloaded, loaded
from config.supervisor.prepared import Prepared
from config.supervisor.programs import program_of
from config.supervisor.reload import SourceChanges

GRACE = 2.0
PREPARE = "python manage.py prepare"


class StartError(Exception):
    """Nocturne cannot start; the message is one line for a person."""


def run(*, dev: bool = False, procfile: Path = PROJECT / "Procfile", prepare: str = PREPARE) -> int:
    """Start everything and run until a signal or the end of one process. Returns the exit code."""
    stop = StopRequest().install()
    services = None
    try:
        host, port = address()
        require_free(host, port)
        services = wanted_services()
        commands = dict(parse_procfile(procfile.read_text()).processes)
        screen = Screen(list(commands))
        screen.say(
            "starting " + " and ".join(type(service).__name__ for service in services.wanted)
            if services.wanted
            else "using the given services"
        )
        env = child_environment(host, port, quiet=not dev)
        # not while developing: a change of the source would not reach what is loaded here
        forks = not dev and any(
            program_of(each, env=env, cwd=PROJECT) for each in (prepare, *commands.values())
        )
        # the services come up beside; nothing is forked before that thread has ended
        with ThreadPoolExecutor(max_workers=1) as beside:
            acquired = beside.submit(services.acquire)
            site = loaded(env) if forks else None
        acquired.result()
        if site and not site.can_fork():
            site = None
        return _run_processes(
            commands, services.var, screen, stop, (host, port), prepare=prepare, dev=dev, env=env, site=site
        )
    except (EmbeddedError, StartError) as error:
        print(f"nocturne: {error}", file=sys.stderr)
        return 1
    finally:
        if services is not None:
            _release(services)


def address() -> tuple[str, int]:
    """HOST and PORT. Raises StartError for an invalid port."""
    env = environment.read(PROJECT)
    host, port = env.str("HOST", default="127.0.0.1"), env.str("PORT", default="8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise StartError(f"PORT is {port!r}: give a number from 1 to 65535, for example `make run PORT=8001`")
    return host, int(port)


def require_free(host: str, port: int) -> None:
    """Raise StartError when the port cannot be listened on."""
    why = {
        errno.EADDRINUSE: f"Port {port} on {host} is taken: stop the program that has it, or choose another: make run PORT={port + 1}",
        errno.EACCES: f"Port {port} needs more rights than you have: choose one above 1023: make run PORT=8000",
        errno.EADDRNOTAVAIL: f"HOST {host} is no address of this machine: leave HOST out, or use 0.0.0.0 for all addresses",
    }
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            _bind(probe, where)
    except socket.gaierror:
        raise StartError(
            f"HOST {host} cannot be resolved: leave HOST out, or use 0.0.0.0 for all addresses"
        ) from None
    except OSError as error:
        raise StartError(
            why.get(error.errno or 0, f"Cannot listen on {host}:{port}: {error.strerror}")
        ) from None


def _bind(probe: socket.socket, where: tuple[Any, ...]) -> None:
    """Bind the port. One in use gets the moment that the processes of a killed supervisor need to end."""
    deadline = time.monotonic() + GRACE
    while True:
        try:
            probe.bind(where)
            return
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _run_processes(
    commands: dict[str, str],
    var: Path,
    screen: Screen,
    stop: StopRequest,
    where: tuple[str, int],
    *,
    prepare: str,
    dev: bool,
    env: Mapping[str, str],
    site: Preloaded | None,
) -> int:
    password = var / "first-admin.txt"
    known = password.exists()
    prepared = Prepared(var)
    if first := not prepared.holds():
        with explained(var):
            code = Supervisor(
                {"prepare": prepare}, screen=screen, stop=stop, env=env, cwd=PROJECT, site=site
            ).run()
        if code or stop.signals:
            return code
        prepared.remember()
    return Supervisor(
        commands if first else {"prepare": prepare, **commands},
        screen=screen,
        stop=stop,
        env=env,
        cwd=PROJECT,
        site=site,
        changed=SourceChanges(PROJECT) if dev else None,
        once="prepare",
        ahead=1 if first else 2,
        ready=lambda: _listens(where),
        on_ready=lambda: screen.say(
            welcome(*where, password.read_text() if password.exists() and not known else "")
        ),
    ).run()


def child_environment(host: str, port: int, *, quiet: bool) -> dict[str, str]:
    """The environment of the processes.

    `python` is this interpreter, output is unbuffered, HOST and PORT are the checked ones. `quiet` omits a
    log line for every request and task, unless LOG_LEVEL is set.
    """
    folder = str(Path(sys.executable).parent)
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    # Celery warns root at length at each start, which root in a container or on a fresh machine does not
    # need.
    known = (
        {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
        if os.geteuid() == 0
        else {}
    )
    level = environment.read(PROJECT).str("LOG_LEVEL", default="WARNING" if quiet else "INFO")
    return {
        **known,
        **os.environ,
        "PATH": path,
        "PYTHONUNBUFFERED": "1",
        "HOST": host,
        "PORT": str(port),
        "LOG_LEVEL": level,
    }


def welcome(host: str, port: int, admin: str) -> str:
    """The addresses, and at the first start the admin's name and password."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else f"[{host}]" if ":" in host else host  # noqa: S104 (compared, not bound)
    base = f"http://{shown}:{port}"
    rows = {
        "Nocturne": f"{base}/",
        "Desk (admin)": f"{base}/admin/",
        "API": f"{base}/api/v1/docs/",
        "Local mailbox": f"{base}/mailbox/",
    }
    if shown == "127.0.0.1":  # a passkey belongs to a name, never to a number
        rows["Passkeys"] = f"http://localhost:{port}/accounts/"
    lines = [f"{name:<14} {url}" for name, url in rows.items()]
    if admin:
        lines += ["", "First start: sign in to the desk with", *(f"  {line}" for line in admin.splitlines())]
    return "\n".join(["", *lines, "", "Ctrl-C stops all of it.", ""])


def _listens(where: tuple[str, int]) -> bool:
    """Whether something listens there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(where[0], where[0])  # noqa: S104 (compared, not bound)
    try:
        with socket.create_connection((host, where[1]), timeout=0.2):
            return True
    except OSError:
        return False


def _release(services: Embedded) -> None:
    try:
        services.release()
    except EmbeddedError as error:
        print(f"nocturne: {error}", file=sys.stderr)
