"""Rows that several shared responses show: read once in a process, and again after a change of their topic."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from time import time
from typing import Generic, TypeVar

from outbox.renderings.changed import CHANGED, Changed, Reached
from outbox.renderings.kept import VALKEY_SECONDS
from outbox.renderings.shown import is_collecting

Key = TypeVar("Key")
Row = TypeVar("Row")


class KeptRows(Generic[Key, Row]):
    """At most `most` rows by key, for VALKEY_SECONDS, each until its topic has a newer change.

    They serve responses that all may share, and nothing else: who is signed in sees a change of their own at once. Requests of
    all threads get the same objects, so nobody may change what they say; what is made of one may be kept on it.
    """

    def __init__(self, topic: Callable[[Key], str], *, most: int, changed: Changed = CHANGED) -> None:
        self._topic, self._most, self._changed = topic, most, changed
        self._rows: OrderedDict[Key, tuple[Reached, Row]] = OrderedDict()
        self._lock = Lock()

    def take(self, keys: Iterable[Key], read: Callable[[list[Key]], Mapping[Key, Row]]) -> dict[Key, Row]:
        """The rows of `keys`, of which `read` gets those that are not kept or do not hold any more; absent where it has none."""
        wanted, since = dict.fromkeys(keys), self._changed.reached()
        found = self._find(wanted) if is_collecting() else {}
        missing = [key for key in wanted if key not in found]
        if missing:
            rows = read(missing)
            found.update(rows)
            if is_collecting() and since.epoch:
                self._keep(rows, since)
        return found

    def _find(self, keys: Iterable[Key]) -> dict[Key, Row]:
        oldest = time() - VALKEY_SECONDS
        with self._lock:
            held = [(key, self._rows[key]) for key in keys if key in self._rows]
        return {key: row for key, (since, row) in held if since.at > oldest and self._holds(key, since)}

    def _keep(self, rows: Mapping[Key, Row], since: Reached) -> None:
        with self._lock:
            for key, row in rows.items():
                self._rows[key] = (since, row)
                self._rows.move_to_end(key)
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)

    def _holds(self, key: Key, since: Reached) -> bool:
        return self._changed.holds(
            epoch=since.epoch, number=since.number, edition=since.edition, topics=(self._topic(key),)
        )
