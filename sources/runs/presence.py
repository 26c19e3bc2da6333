"""Whether the process that works on a run still lives.

It holds an advisory lock of its database session while it works. PostgreSQL lets go of it when the connection ends,
also by SIGKILL, so a lost process is found long before its silence would tell. A lock that is gone proves no death:
a connection may break alone. Whoever takes the run up gets a new attempt, and the former worker stops (`progress`).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, connection

from sources.models import FetchRun

#: The first of the lock's two numbers; the second is of the run. The locks of cities have one number each.
_CLASS: Final = 0x6E6F6374


@contextmanager
def at_work(run: FetchRun) -> Iterator[None]:
    """Hold the run's lock. `progress.held` says whether this process got it; another one that goes on too long may have it.

    Raises DatabaseError where the lock cannot be asked for.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_CLASS, _number(run.id)])
        (got,) = cursor.fetchone()
    run.progress = {**run.progress, "held": got}
    try:
        yield
    finally:
        # a connection that is gone has let go of it; in a transaction that failed the session goes on to hold it until it ends
        with suppress(DatabaseError), connection.cursor() as cursor:
            if got:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_CLASS, _number(run.id)])


def is_gone(run: FetchRun) -> bool:
    """Whether the process that took the run with its lock has it no more. False where nothing is known."""
    if not run.progress.get("held"):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [_CLASS, _number(run.id) & 0xFFFFFFFF],
        )
        return cursor.fetchone() is None


def _number(run: UUID | Any) -> int:
    """32 random bits of the id, with a sign."""
    return int.from_bytes(UUID(str(run)).bytes[-4:], "big", signed=True)
