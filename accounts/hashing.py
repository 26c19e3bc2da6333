"""Bounds how many passwords one process hashes at once.

A hash takes a core for a quarter of a second, on purpose; without a bound many guesses would take all cores.
The number of waiting requests is small, too: each holds a thread, and most likely one of the pool's eight
connections to the database. Known browsers have separate slots (accounts/backends.py), so that a crowd of
strangers does not delay them.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from accounts.exceptions import TooBusy

AT_ONCE: Final = 2
KNOWN_AT_ONCE: Final = 1
WAIT_SECONDS: Final = 3.0

_mine = threading.local()


class HashingSlots:
    """`at_once` threads hash, `most_waiting` wait for up to `seconds`; others are refused at once."""

    def __init__(self, *, at_once: int, most_waiting: int, seconds: float) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._seats = threading.BoundedSemaphore(most_waiting)
        self._seconds = seconds

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot.

        Raises TooBusy. Nested use takes no second slot: a renewed hash is checked and made in one.
        """
        if getattr(_mine, "slot", False):
            yield
            return
        self._take()
        _mine.slot = True
        try:
            yield
        finally:
            _mine.slot = False
            self._free.release()

    def _take(self) -> None:
        if self._free.acquire(blocking=False):
            return
        if not self._seats.acquire(blocking=False):
            raise TooBusy
        try:
            if not self._free.acquire(timeout=self._seconds):
                raise TooBusy
        finally:
            self._seats.release()


#: The slots for everybody in this process; at most seven threads hash or wait.
hashing_slots: Final = HashingSlots(at_once=AT_ONCE, most_waiting=3, seconds=WAIT_SECONDS)
#: The slots for known browsers in this process.
known_hashing_slots: Final = HashingSlots(at_once=KNOWN_AT_ONCE, most_waiting=1, seconds=WAIT_SECONDS)
