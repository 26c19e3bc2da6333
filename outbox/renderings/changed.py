"""Which topics changed last, as this process read it from the outbox."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from time import monotonic, time
from typing import Any, Final, NamedTuple

import structlog
from django.core.cache import cache
from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from outbox import replica
from outbox.signals import voided

log = structlog.get_logger(__name__)

#: A process looks for changes so often at most; after a commit of its own it looks at once (`hint`).
LOOK_SECONDS: Final = 0.25
#: The first look reads so many of the newest changes, so that what other processes kept is of use.
LOOKED_BACK: Final = 2_000
#: Whoever is behind by more changes takes everything that was kept before for void.
MOST_READ: Final = 5_000
#: So many topics are remembered; older changes make everything before them void.
MOST_TOPICS: Final = 50_000
_EDITION: Final = "renderings:edition"
_POSITION: Final = "SELECT epoch, last_number, pruned_to FROM outbox_epoch WHERE id = 1"
_CHANGES: Final = "SELECT number, topics FROM outbox_change WHERE number > %s ORDER BY number LIMIT %s"


class Reached(NamedTuple):
    """How far a process had read the outbox at `at` (seconds since 1970). What it reads then shows at least these changes.

    `wal` is where the primary's log ended afterwards, in bytes: what a replica must have replayed to show them. 0 without a replica.
    """

    epoch: str
    number: int
    edition: int
    at: float
    wal: int = 0


#: What a request holds to that reads from a replica: it may not show what this process reads of the outbox meanwhile.
_held: ContextVar[Reached | None] = ContextVar("held", default=None)


@contextmanager
def held_at(reached: Reached) -> Iterator[None]:
    """In the block this process has read as far as `reached`, and no further."""
    token = _held.set(reached)
    try:
        yield
    finally:
        _held.reset(token)


class Changed:
    """The number of the newest change of each topic.

    `epoch` and `number`: how far this process has read. `edition` rises when staff change what no topic tells.
    """

    def __init__(self) -> None:
        self.epoch, self.number, self.edition = "", 0, 0
        self.wal = 0
        self._floor = 0
        self._newest: dict[str, int] = {}
        self._next_look = 0.0
        self._lock = Lock()
        self._link: Any = None

    def hint(self) -> None:
        """Changes have numbers: look at the next request."""
        self._next_look = 0.0

    def look(self, *, at_least: int = 0) -> None:
        """Read the changes since the last look, if it was LOOK_SECONDS ago or did not reach `at_least` (two queries).

        One thread looks while the others go on, except where they need a certain number. If the database is away, what is
        known stays.
        """
        if self._is_recent(at_least):
            return
        if not self._lock.acquire(blocking=self.number < at_least or not self.epoch):
            return
        try:
            if self._is_recent(at_least):
                return  # another thread has looked meanwhile
            self._next_look = monotonic() + LOOK_SECONDS
            edition = self._asked_edition()
            self._read()
            self.edition = edition  # last: who sees it must not see an older end of the log
        except DatabaseError as error:
            log.warning("changes_not_read", error=str(error))
        finally:
            self._lock.release()

    def reached(self) -> Reached:
        """How far this process has read by now; ask before data is read."""
        # in this order: the end of the log is written first
        return _held.get() or Reached(self.epoch, self.number, self.edition, time(), self.wal)

    def holds(self, *, epoch: str, number: int, edition: int, topics: Iterable[str]) -> bool:
        """Whether what was read at `number` still shows the newest state of `topics`."""
        if epoch != self.epoch or edition != self.edition or number < self._floor:
            return False
        newest = self._newest
        return all(newest.get(topic, 0) <= number for topic in topics)

    def forget(self) -> None:
        """Begin anew: everything that was kept is void."""
        with self._lock:
            self.epoch, self.number, self.wal, self._floor, self._next_look = "", 0, 0, 0, 0.0
            self._newest = {}
            self._close()

    def _is_recent(self, at_least: int) -> bool:
        return bool(self.epoch) and monotonic() < self._next_look and self.number >= at_least

    def _read(self) -> None:
        [(epoch, last, pruned_to)] = self._rows(_POSITION, ())
        newest, floor, number = self._newest, self._floor, self.number
        if epoch != self.epoch or last < number:
            newest, floor = {}, max(last - LOOKED_BACK, pruned_to)
            number = floor
        if last > number:
            rows = self._rows(_CHANGES, (number, MOST_READ + 1))
            if len(rows) > MOST_READ or number < pruned_to:
                newest, floor, rows = {}, last, []
            for each, topics in rows:
                newest.update(dict.fromkeys(topics, each))
            number = max([last, *(each for each, _ in rows[-1:])])
        if replica.is_configured():
            [(self.wal,)] = self._rows(replica.POSITION, ())
        # in this order, since other threads read meanwhile
        self._newest, self._floor, self.number, self.epoch = newest, floor, number, epoch
        if len(newest) > MOST_TOPICS:
            self._forget_older()

    def _rows(self, sql: str, params: tuple[int, ...]) -> list[Any]:
        """Read over a connection of its own: an answer that was kept must not wait for a place in the pool."""
        if self._link is None or self._link.settings_dict["NAME"] != connection.settings_dict["NAME"]:
            self._close()
            self._link = connection.copy()  # type: ignore[no-untyped-call]
            self._link.settings_dict["OPTIONS"].pop("pool", None)
            self._link.inc_thread_sharing()
        self._link.close_if_unusable_or_obsolete()
        with self._link.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())

    def _close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def _forget_older(self) -> None:
        ordered = sorted(self._newest.items(), key=lambda item: item[1])
        half = len(ordered) // 2
        self._newest, self._floor = dict(ordered[half:]), ordered[half - 1][1]

    def _asked_edition(self) -> int:
        try:
            return int(cache.get(_EDITION) or 0)
        except RedisError:
            return self.edition  # without Valkey each process keeps for a minute at most


def void_all() -> None:
    """Make everything void that was kept, in all processes: staff changed what no topic of the outbox tells.

    Without Valkey other processes show it after a minute at most.
    """
    try:
        cache.add(_EDITION, 0, timeout=None)
        cache.incr(_EDITION)
    except (RedisError, ValueError) as error:
        log.warning("renderings_not_voided", error=str(error))
    CHANGED.forget()
    for receiver, answer in voided.send_robust(sender=None):
        if isinstance(answer, Exception):
            log.warning("void_not_told", receiver=repr(receiver), error=str(answer))


CHANGED: Final = Changed()
