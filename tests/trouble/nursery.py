"""A process that has loaded the whole project, and forks a process of the site for each line on stdin.

Each is what the Procfile starts, with less concurrency, in a process group of its own. Loading takes seconds, forking none.
It prints the process id. `do` runs the given lines, writes `answer` as JSON into the log, and ends.
"""

import contextlib
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

_WORKER = ("-l", "WARNING", "--without-gossip", "--without-mingle")
WORKERS = {
    "fetch": ("worker", "-n", "fetch@%h", "-Q", "fetch,scrape", "-P", "prefork", "-c", "2", *_WORKER),
    "process": ("worker", "-n", "process@%h", "-Q", "process,enrich", "-P", "prefork", "-c", "1", *_WORKER),
    "notify": ("worker", "-n", "notify@%h", "-Q", "notify", "-P", "threads", "-c", "4", *_WORKER),
}


def main() -> None:
    """Load, say so, fork until stdin ends, and take all children along."""
    import django

    django.setup()
    from django.urls import get_resolver

    import tests.factories  # noqa: F401 - `do` uses it
    from config.celery import app  # noqa: F401 - registers all tasks
    from pipeline.preload import warm

    get_resolver().check()
    warm()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    born = []
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if not pid:
            _child(asked)
        print(pid, flush=True)
        born.append(pid)
    for pid in born:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _child(asked: dict[str, Any]) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ |= asked.get("environment", {})
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    code = 0
    try:
        _work(asked)
    except SystemExit:
        pass
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _work(asked: dict[str, Any]) -> None:
    from django.db import connections

    from config.celery import app

    kind = asked["kind"]
    if kind != "web":  # nobody else has a pool
        connections.settings["default"]["OPTIONS"].pop("pool", None)
        connections.settings["default"]["CONN_MAX_AGE"] = 600
    if kind in WORKERS:
        app.worker_main(list(WORKERS[kind]))
    elif kind == "beat":
        app.start(["beat", "-l", "WARNING", "--pidfile="])
    elif kind == "web":
        from daphne.cli import CommandLineInterface

        listening = socket.create_server(("127.0.0.1", asked["port"]), backlog=4096, reuse_port=True)
        listening.set_inheritable(True)
        CommandLineInterface().run(["-v", "0", "--fd", str(listening.fileno()), "config.asgi:application"])
    else:
        said: dict[str, Any] = {}
        exec(asked["code"], said)  # noqa: S102 - the tests' own lines
        print(json.dumps({"answer": said.get("answer")}, default=str), flush=True)


if __name__ == "__main__":
    main()
