"""How many readers watch a city or an event.

The number is rounded, so that it does not reveal whether a certain person watches, and it is sent only when
the rounded number changes.
"""

from collections.abc import Mapping
from typing import Final

KIND: Final = "presence"
#: Fewer than this many are sent as 0: a number of one or two could give a single person away.
FEWEST: Final = 5
_WATCHED: Final = ("events:city:", "events:event:")


def rounded(count: int) -> int:
    """`count` rounded down: below 5 to 0, below 100 to a multiple of 5, else to two leading digits.

    7 becomes 5, 99 becomes 95, 1,234 becomes 1,200.
    """
    if count < FEWEST:
        return 0
    if count < 100:
        return count // 5 * 5
    step = int(10 ** (len(str(count)) - 2))
    return count // step * step


class Presence:
    """The numbers that this hub's readers were sent last."""

    def __init__(self) -> None:
        self._reported: dict[str, int] = {}

    def news(self, readers: Mapping[str, int]) -> dict[str, int]:
        """The rounded numbers of `readers` (by topic, over all processes) that differ from those sent last.

        They count as sent from now on.
        """
        present = {
            topic: number
            for topic, count in readers.items()
            if topic.startswith(_WATCHED) and (number := rounded(count))
        }
        gone = dict.fromkeys(self._reported.keys() - present.keys(), 0)
        changed = {
            topic: number
            for topic, number in {**present, **gone}.items()
            if self._reported.get(topic, 0) != number
        }
        self._reported = present
        return changed

    def of(self, topic: str) -> int:
        """The number that was sent last for `topic`; 0 where almost nobody watches."""
        return self._reported.get(topic, 0)
