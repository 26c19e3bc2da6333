"""Workers for `tests/chaos.py`.

A process that has loaded everything forks a Celery worker for each line on stdin. It prints the process id.
Loading takes seconds, forking none, so 200 kills take only minutes.
"""

import contextlib
import os
import signal
import sys

ARGUMENTS = (
    "worker", "-n", "chaos@%h", "-Q", "fetch,scrape,process", "-P", "threads", "-c", "2", "-l", "ERROR",
    "--without-gossip", "--without-mingle", "--without-heartbeat",
)  # fmt: skip


def main() -> None:
    """Load, then fork until stdin ends; remaining workers end with it."""
    import django

    django.setup()
    from config.celery import app
    from pipeline.preload import warm
    from sources import tasks  # noqa: F401 - registers them

    warm()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are not waited for
    forked = 0
    for _ in sys.stdin:
        forked = os.fork()
        if not forked:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the pipe is for process ids
            app.worker_main(list(ARGUMENTS))
            os._exit(0)
        print(forked, flush=True)
    if forked:
        with contextlib.suppress(ProcessLookupError):
            os.kill(forked, signal.SIGKILL)


if __name__ == "__main__":
    main()
