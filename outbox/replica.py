"""A replica of the database, from which readers read while it has replayed what they must see (docs/replicas.md).

`outbox.renderings.readers` decides for each request; here is where its queries go. Without DATABASE_REPLICA_URL there is one
database, and none of this does anything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

ALIAS: Final = "replica"
#: Whose rows readers read there. Who somebody is, and what is theirs, comes from the primary.
APPS: Final = frozenset({"events", "places", "outbox"})
#: After an error nobody asks the replica for so long; then one request tries.
PAUSE_SECONDS: Final = 5.0
#: The end of the log, as a number of bytes. What is committed and seen is before it, unless synchronous_commit is off.
POSITION: Final = "SELECT (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint"
_REPLAYED: Final = (
    "SELECT coalesce((pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint, 0), pg_is_in_recovery(),"
    " (SELECT epoch FROM outbox_epoch WHERE id = 1)"
)


@dataclass(slots=True)
class _Reading:
    """A request whose queries go to the replica, until it writes."""

    is_there: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """Up to which position of the log the replica has replayed, and the epoch of the outbox that it holds."""

    position: int
    is_replica: bool
    epoch: str


class Rest:
    """The pause after an error. One request tries after it, and the others go on at the primary."""

    def __init__(self) -> None:
        self._until, self._lock = 0.0, Lock()

    def is_over(self) -> bool:
        """Whether this request may ask the replica."""
        if not self._until:
            return True
        with self._lock:
            if monotonic() < self._until:
                return False
            self._until = monotonic() + PAUSE_SECONDS
            return True

    def begin(self) -> None:
        """The replica failed."""
        with self._lock:
            self._until = monotonic() + PAUSE_SECONDS

    def end(self) -> None:
        """The replica answered."""
        self._until = 0.0


_reading: ContextVar[_Reading | None] = ContextVar("reading", default=None)
REST: Final = Rest()


def is_configured() -> bool:
    """Whether there is a replica."""
    return ALIAS in settings.DATABASES


def database_of_readers() -> str:
    """The alias by which rows of APPS are read now. Within a transaction on the primary it is the primary's."""
    reading = _reading.get()
    is_there = reading is not None and reading.is_there and not connections[DEFAULT_DB_ALIAS].in_atomic_block
    return ALIAS if is_there else DEFAULT_DB_ALIAS


def cursor_of_readers() -> CursorWrapper:
    """A cursor for a query in SQL that reads rows of APPS alone."""
    return connections[database_of_readers()].cursor()


@contextmanager
def reading_there() -> Iterator[None]:
    """Read from the replica in the block."""
    token = _reading.set(_Reading())
    try:
        yield
    finally:
        _reading.reset(token)


def position() -> int:
    """The end of the primary's log now, after what this connection has committed. Raises DatabaseError."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(POSITION)
        return int(cursor.fetchone()[0])


def replayed() -> Replayed:
    """What the replica says of itself (one query, on the connection that will read). Raises DatabaseError."""
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(_REPLAYED)
            at, is_replica, epoch = cursor.fetchone()
    except DatabaseError:
        leave()
        raise
    REST.end()
    return Replayed(position=at, is_replica=is_replica, epoch=epoch or "")


def leave() -> None:
    """The replica failed: pause, and drop this thread's connection."""
    REST.begin()
    try:
        connections[ALIAS].close()
    except DatabaseError:
        connections[ALIAS].connection = None


class Router:
    """Django's router: reads of readers at the replica, everything else at the primary."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str:
        """Where rows of `model` are read."""
        return database_of_readers() if model._meta.app_label in APPS else DEFAULT_DB_ALIAS

    def db_for_write(self, _model: type[Model], **_hints: Any) -> str:
        """The primary. Who has written reads there from then on."""
        if (reading := _reading.get()) is not None:
            reading.is_there = False
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Model, _other: Model, **_hints: Any) -> bool:
        """Rows of the two are the same rows."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        """Only the primary has migrations of its own."""
        return db == DEFAULT_DB_ALIAS
