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
_started: Final = threading.Event()


def start() -> None:
    """Begin to watch in this process, once."""
    if _started.is_set():
        return
    _started.set()
    threading.Thread(target=_go_on, name="watch", daemon=True).start()


def look(*, now: datetime) -> bool:
    """One look, which never raises. True where this process had the turn."""
    try:
        is_mine = turn(now=now)
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
