"""The window: the recent changes that a hub keeps in memory.

A reader that was away for a minute costs no query.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence

from realtime.feed.protocol import Message

#: At most this many results are cached; with 500 changes each they take some megabytes.
MOST_CACHED = 64


class CatchUpCache:
    """A cache of catch-up results, by the state of the reader and the part of the window.

    It serves a crowd of readers in the same state. The oldest result is dropped first.
    """

    def __init__(self) -> None:
        self._held: dict[Hashable, list[tuple[Message, bool]]] = {}

    def __contains__(self, asked: Hashable) -> bool:
        """Whether there is a result for `asked`."""
        return asked in self._held

    def of(
        self, asked: Hashable, look: Callable[[], list[tuple[Message, bool]]]
    ) -> list[tuple[Message, bool]]:
        """The cached result for `asked`, else the result of `look`."""
        if asked not in self._held:
            if len(self._held) >= MOST_CACHED:
                del self._held[next(iter(self._held))]
            self._held[asked] = look()
        return self._held[asked]


class Window:
    """Every change after `start`, in order. The oldest are dropped beyond `rows` changes or `size` bytes of memory."""

    def __init__(self, start: int, *, rows: int = 10_000, size: int = 96 * 1024 * 1024) -> None:
        self.start = start
        self.catch_up_cache = CatchUpCache()
        self._most_rows = rows
        self._most_bytes = size
        self._bytes = 0
        self._held: list[Message] = []

    def __len__(self) -> int:
        return len(self._held)

    def append(self, message: Message) -> None:
        """Add `message`, which is newer than all others."""
        self._held.append(message)
        self._bytes += message.memory_bytes
        if len(self._held) > self._most_rows or self._bytes > self._most_bytes:
            self._shrink()

    def after(self, offset: int, most: int | None = None) -> Sequence[Message]:
        """The changes after `offset` (at least `start`), at most the first `most` of them."""
        first = bisect_right(self._held, offset, key=lambda message: message.offset)
        return self._held[first : None if most is None else first + most]

    def _shrink(self) -> None:
        """Shrink to a twentieth below the bounds, so that the list is not moved for every change."""
        gone = 0
        while gone < len(self._held) and (
            len(self._held) - gone > self._most_rows * 19 // 20 or self._bytes > self._most_bytes * 19 // 20
        ):
            self._bytes -= self._held[gone].memory_bytes
            self.start = self._held[gone].offset
            gone += 1
        del self._held[:gone]
