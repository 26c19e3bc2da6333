"""Rows that several shared responses show: read once in a process, and again after a change of their topic."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from time import time
from typing import Generic, TypeVar

from outbox.renderings.changed import CHANGED, Changed
from outbox.renderings.kept import VALKEY_SECONDS
from outbox.renderings.shown import is_collecting

Key = TypeVar("Key")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Position:
    """How far this process had read the outbox before it read rows, and when (seconds since 1970)."""

    epoch: str
    number: int
    edition: int
    at: float


class KeptRows(Generic[Key, Row]):
    """At most `most` rows by key, for VALKEY_SECONDS, each until its topic has a newer change.

    They serve responses that all may share, and nothing else: who is signed in sees a change of their own at once. Requests of
    all threads get the same objects, so nobody may change them.
    """

    def __init__(self, topic: Callable[[Key], str], *, most: int, changed: Changed = CHANGED) -> None:
        self._topic, self._most, self._changed = topic, most, changed
        self._rows: OrderedDict[Key, tuple[Position, Row]] = OrderedDict()
        self._lock = Lock()

    def position(self) -> Position | None:
        """Where the outbox is, to be asked before rows are read; None where nothing may be kept."""
        changed = self._changed
        if not changed.epoch or not is_collecting():
            return None
        return Position(changed.epoch, changed.number, changed.edition, time())

    def find(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """The rows that still hold; none outside of a response that all may share."""
        if not is_collecting():
            return {}
        oldest = time() - VALKEY_SECONDS
        with self._lock:
            held = [(key, self._rows[key]) for key in keys if key in self._rows]
        return {key: row for key, (since, row) in held if since.at > oldest and self._holds(key, since)}

    def keep(self, rows: Mapping[Key, Row], since: Position | None) -> None:
        """Keep what was read after `since`."""
        if since is None:
            return
        with self._lock:
            for key, row in rows.items():
                self._rows[key] = (since, row)
                self._rows.move_to_end(key)
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)

    def clear(self) -> None:
        """Forget all rows."""
        with self._lock:
            self._rows.clear()

    def _holds(self, key: Key, since: Position) -> bool:
        return self._changed.holds(
            epoch=since.epoch, number=since.number, edition=since.edition, topics=(self._topic(key),)
        )
