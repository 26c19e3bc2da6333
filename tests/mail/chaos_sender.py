"""Senders for `tests/mail/chaos.py`: a process that has loaded everything forks one for each line on stdin.

A sender sends what waits, until nothing does. It prints the process id. Loading takes seconds, forking none.
"""

import os
import signal
import sys


def main() -> None:
    """Load, then fork until stdin ends."""
    import django

    django.setup()
    from datetime import timedelta

    from django.db import connections
    from django.utils.timezone import now

    from digests import services
    from mail.providers.smtp import forget_connection

    services.send(services.waiting(now=now(), older_than=timedelta(0))[0])  # so that all is loaded
    forget_connection()
    connections.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are not waited for
    for _ in sys.stdin:
        forked = os.fork()
        if forked:
            print(forked, flush=True)
            continue
        while waiting := services.waiting(now=now(), older_than=timedelta(0)):
            services.send_all(waiting[os.getpid() % 2 :: 2] or waiting)
        os._exit(0)


if __name__ == "__main__":
    main()
