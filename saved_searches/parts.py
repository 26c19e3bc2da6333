"""Asks many stored conditions of the same events, each different part of them once."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, Final

from events.filters import EventFilter

#: Conditions that mean something only together, by the part that they make; each other one is a part of its own. A filter
#: holds where all of its parts do.
_TOGETHER: Final = {
    "lat": "circle", "lng": "circle", "radius_km": "circle", "price_max": "dearest", "currency": "dearest",
    "from_day": "days", "to_day": "days", "from_hour": "hours", "to_hour": "hours",
    "categories": "category", "category_words": "category",
}  # fmt: skip
#: Parts that many searches share are asked first: what they leave out need not be asked the others.
_ORDER: Final = {"circle": 1, "category": 2, "q": 3}
#: All that some parts read of a public event: those of the same value answer the same.
_READ: Final[Mapping[str, Callable[[Mapping[str, Any]], Hashable]]] = {
    "city": lambda event: event["city"],
    "area": lambda event: event["area"],
    "price": lambda event: event["price"]["type"],
    "dearest": lambda event: tuple(event["price"][name] for name in ("type", "min", "currency")),
    "venue": lambda event: event["venue"].get("id"),
    "tags": lambda event: tuple(event["tags"]),
}


class Parts:
    """Which of some public events (numbers from 0) fulfil stored conditions.

    `fulfils` decides by the one definition of a filter whether an event fulfils a part. It is asked once for each
    different part and for events that are alike to it, and only for those that fulfil the parts before. Sets of events
    are bits of an int by their numbers.
    """

    def __init__(
        self, fulfils: Callable[[int, EventFilter], bool], events: Sequence[Mapping[str, Any] | None]
    ) -> None:
        self._fulfils = fulfils
        self._events = events
        self._known: dict[tuple[str, str], _Part] = {}
        self._alike: dict[str, Sequence[int]] = {}

    def among(self, events: int, stored: Mapping[str, Any]) -> int:
        """Those of `events` that fulfil the conditions (`EventFilter.to_json`)."""
        for name, conditions in _parts(stored):
            if not events:
                break
            key = name, str(conditions)
            part = self._known.get(key)
            if part is None:
                part = self._known[key] = _Part(EventFilter.from_json(conditions), self._alike_to(name))
            events = part.among(events, self._fulfils)
        return events

    def _alike_to(self, name: str) -> Sequence[int]:
        """For each event those that are alike to this part."""
        if name not in self._alike:
            values = [_value(name, number, event) for number, event in enumerate(self._events)]
            same: dict[Hashable, int] = defaultdict(int)
            for number, value in enumerate(values):
                same[value] |= 1 << number
            self._alike[name] = [same[value] for value in values]
        return self._alike[name]


def _value(name: str, number: int, event: Mapping[str, Any] | None) -> Hashable:
    """What a part reads of an event; where that is not known, each event is like no other."""
    try:
        return _READ[name](event) if event and name in _READ else (number, None, number)
    except (KeyError, TypeError, AttributeError):
        return (number, None, number)


class _Part:
    """A part of conditions, the events that it was asked of, and those of them that fulfil it."""

    __slots__ = ("alike", "asked", "fulfilled", "wanted")

    def __init__(self, wanted: EventFilter, alike: Sequence[int]) -> None:
        self.wanted, self.alike, self.asked, self.fulfilled = wanted, alike, 0, 0

    def among(self, events: int, fulfils: Callable[[int, EventFilter], bool]) -> int:
        while unknown := events & ~self.asked:
            number = (unknown & -unknown).bit_length() - 1
            if fulfils(number, self.wanted):
                self.fulfilled |= self.alike[number]
            self.asked |= self.alike[number]
        return events & self.fulfilled


def numbers(bits: int) -> Iterator[int]:
    """The numbers of the events of a set."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _parts(stored: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The parts by name; conditions that ask for nothing are one."""
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(stored):
        found.setdefault(_TOGETHER.get(name, name), {})[name] = stored[name]
    if len(found) < 2:
        return list(found.items()) or [("", {})]
    return sorted(found.items(), key=_place)


def _place(part: tuple[str, object]) -> int:
    return _ORDER.get(part[0], 0)
