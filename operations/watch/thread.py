"""The thread of the watch in a process. It starts with the process and ends with it."""

import threading
from datetime import datetime
from random import uniform
from typing import Final

import structlog
from django.db import OperationalError, connection
from django.utils.timezone import now

from operations.watch.last_rules import database_back, database_gone
from operations.watch.turn import turn

log = structlog.get_logger(__name__)
#: Seconds between two looks, and how much earlier or later one may come, so that processes do not ask together.
EVERY, SPREAD = 20.0, 5.0
#: From this second of a minute on any process measures it; before, one that has measured already. So it stays one
#: process while that lives, and the others need no memory for it (20 MB each).
OTHERS_FROM: Final = 35
_started: Final = threading.Event()
_has_measured: Final = threading.Event()


def start() -> None:
    """Begin to watch in this process, once."""
    if _started.is_set():
        return
    _started.set()
    threading.Thread(target=_go_on, name="watch", daemon=True).start()


def look(*, now: datetime) -> bool:
    """One look, which never raises. True where this process had the turn.

    At a time that is another's it finds out whether the database answers, no more.
    """
    try:
        connection.ensure_connection()
        is_mine = (_has_measured.is_set() or now.second >= OTHERS_FROM) and turn(now=now)
        if is_mine:
            _has_measured.set()
        database_back(now=now)
        return is_mine
    except OperationalError as error:
        log.warning("watch.no_database", reason=type(error).__name__)
        database_gone(now=now)
        return False
    except Exception:
        # a defect in one measure must not end the watch
        log.exception("watch.failed")
        return False
    finally:
        connection.close()


def _go_on() -> None:
    pause = threading.Event()
    while not pause.wait(EVERY + uniform(-SPREAD, SPREAD)):
        look(now=now())
