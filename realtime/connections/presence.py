"""How many watch a city or an event: rounded, so that nobody can be counted in or out, and told only when the
rounded number changes."""

from collections.abc import Mapping
from typing import Final

KIND: Final = "presence"
#: Fewer than these are told as 0: a number of one or two would say that a certain person looks.
FEWEST: Final = 5
_WATCHED: Final = ("events:city:", "events:event:")


def rounded(count: int) -> int:
    """Below 5 it is 0, below 100 the next lower multiple of 5, beyond that two leading digits: 7 is 5, 99 is
    95, 1,234 is 1,200."""
    if count < FEWEST:
        return 0
    if count < 100:
        return count // 5 * 5
    step = int(10 ** (len(str(count)) - 2))
    return count // step * step


class Presence:
    """What this hub's readers were told last."""

    def __init__(self) -> None:
        self._told: dict[str, int] = {}

    def news(self, readers: Mapping[str, int]) -> dict[str, int]:
        """Of `readers` by topic over all processes, the rounded numbers that differ from what was told; they
        count as told now."""
        present = {
            topic: number
            for topic, count in readers.items()
            if topic.startswith(_WATCHED) and (number := rounded(count))
        }
        gone = dict.fromkeys(self._told.keys() - present.keys(), 0)
        changed = {
            topic: number
            for topic, number in {**present, **gone}.items()
            if self._told.get(topic, 0) != number
        }
        self._told = present
        return changed

    def of(self, topic: str) -> int:
        """What was told last of `topic`; 0 for what nobody, or hardly anybody, watches."""
        return self._told.get(topic, 0)
