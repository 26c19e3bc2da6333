"""`python -m tests.config.supervisor.told WORD …`: tells how this process was started; for the tests of the supervisor."""

import atexit
import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def main(words: list[str]) -> None:
    """Print it as JSON; then wait for a signal, fail, or raise, as the first word says."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connections

    import config.celery  # noqa: F401 - says that workers need no system checks

    found = {
        "pid": os.getpid(),
        "parent": os.getppid(),
        "session": os.getsid(0),
        "words": words,
        "folder": os.getcwd(),
        "database": {**settings.DATABASES["default"], "TEST": None},
        "engine": type(connections["default"]).__module__,
        "skips": os.environ.get("CELERY_SKIP_CHECKS"),
        "threads": os.environ.get("OMP_NUM_THREADS"),
        "sockets": sum(os.readlink(f"/proc/self/fd/{fd}").startswith("socket:") for fd in _open_files()),
        "shown": Path("/proc/self/cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ").decode(),
        "signals": [signal.getsignal(each) is signal.SIG_DFL for each in (signal.SIGTERM, signal.SIGHUP)],
    }
    print(f"told {json.dumps(found, default=str)}", flush=True)
    if words[0] == "refuse":
        pool = ThreadPoolExecutor()
        pool.submit(int).result()  # its thread waits for more, and keeps nothing from ending
        atexit.register(print, "goodbye")
        sys.exit("not today")
    if words[0] == "break":
        raise RuntimeError("broken")
    signal.pause()


def _open_files() -> list[int]:
    return [int(fd) for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")]


if __name__ == "__main__":
    main(sys.argv[1:])
