"""How many requests a process works on at once; the others wait in line.

Beyond a few, more requests at once are answered later, not sooner, and each holds a connection to the database. What is kept
is answered without a place.
"""

from threading import BoundedSemaphore, Lock, local
from typing import Final

#: Seconds in line; then the request is refused.
PATIENCE: Final = 30.0
#: So many may wait.
MOST_WAITING: Final = 500


class LineFull(Exception):
    """Too many requests wait, or this one waited too long."""


class Line:
    """`places` requests at once. A thread has one place or none; entering and leaving twice changes nothing."""

    def __init__(self, places: int, *, most_waiting: int = MOST_WAITING, patience: float = PATIENCE) -> None:
        self._places = BoundedSemaphore(places)
        self._most_waiting, self._patience = most_waiting, patience
        self._waiting, self._lock = 0, Lock()
        self._of_thread = local()

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return self._waiting

    def enter(self) -> None:
        """Take a place, or wait for one. Raises LineFull."""
        if self._holds:
            return
        if not (self._places.acquire(blocking=False) or self._wait()):
            raise LineFull
        self._of_thread.holds = True

    def leave(self) -> bool:
        """Give the place to the next in line. Says whether there was one to give."""
        held, self._of_thread.holds = self._holds, False
        if held:
            self._places.release()
        return held

    @property
    def _holds(self) -> bool:
        return getattr(self._of_thread, "holds", False)

    def _wait(self) -> bool:
        with self._lock:
            if self._waiting >= self._most_waiting:
                return False
            self._waiting += 1
        try:
            return self._places.acquire(timeout=self._patience)
        finally:
            with self._lock:
                self._waiting -= 1
