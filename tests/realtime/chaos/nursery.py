"""A process that has loaded the whole project and forks a real server, or a writer, for each line on stdin.

It prints the process id. Loading takes seconds, forking none. A server listens on a socket that was bound
before the fork, so that no other program takes its port. When stdin closes, all children are ended.
"""

import contextlib
import importlib
import json
import os
import random
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

#: What a server would load at its first request. Not Daphne: its reactor must be made after the fork.
WARM = ("config.asgi", "config.urls", "uvicorn", "uvicorn.protocols.websockets.websockets_impl", "uvicorn.protocols.http.h11_impl",
        "uvicorn.lifespan.on", "tests.factories", "tests.realtime.chaos.writer", "events.services.editing")  # fmt: skip


def serve(kind: str, fd: int) -> None:
    """Serve like `python -m config.web` and `python -m uvicorn`."""
    if kind == "daphne":
        from config import web

        web.serve(web.shared(fd))
    else:
        import uvicorn

        uvicorn.main(
            ["--log-level", "warning", "--fd", str(fd), "config.asgi:application"], standalone_mode=False
        )


def lose_hints(share: float) -> None:
    """Let this process fail to send `share` of its hints from now on, chosen by a seed."""
    from outbox.signals import numbered
    from realtime.receivers import hint

    chance = random.Random(os.environ.get("SEED", "1"))

    def lossy(sender: object, **more: Any) -> None:
        if chance.random() >= share:
            hint(sender, **more)

    if share:
        assert numbered.disconnect(dispatch_uid="realtime.hint"), "the hint is sent by another way"
        numbered.connect(lossy, weak=False)


def child(asked: dict[str, Any], listening: socket.socket) -> None:
    """In the fork: write output to a separate file, and skip the nursery's exit handlers."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    try:
        lose_hints(float(asked["lose"]))
        if asked["kind"] == "writer":
            from tests.realtime.chaos.writer import attend

            attend(listening)
        else:
            serve(asked["kind"], listening.fileno())
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def main() -> None:
    """Load, report that it is done, then fork until stdin ends."""
    import django

    django.setup()
    for name in WARM:
        importlib.import_module(name)
    from django.urls import get_resolver

    get_resolver().check()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are not waited for
    born = []
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen(4096)
        listening.set_inheritable(True)
        pid = os.fork()
        if not pid:
            child(asked, listening)
        print(json.dumps({"pid": pid, "port": listening.getsockname()[1]}), flush=True)
        listening.close()
        born.append(pid)
    for pid in born:
        if Path(f"/proc/{pid}").exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
