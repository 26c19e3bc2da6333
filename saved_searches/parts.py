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
    "category": lambda event: event["category"],
    "circle": lambda event: tuple(event["venue"].get(name) for name in ("lat", "lng", "approximate")),
    "": lambda event: None,
}


class Parts:
    """Which of some public events (numbers from 0) fulfil stored conditions.

    `ask` gives for a part what decides, by the one definition of a filter, whether the event of a number fulfils it. It is
    asked once for each different part and for events that are alike to it, and only for those that fulfil the parts before.
    Sets of events are bits of an int by their numbers.
    """

    def __init__(
        self,
        ask: Callable[[EventFilter], Callable[[int], bool]],
        events: Sequence[Mapping[str, Any] | None],
    ) -> None:
        self._ask = ask
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
                fulfils = self._ask(EventFilter.from_json(conditions))
                part = self._known[key] = _Part(fulfils, self._alike_to(_read_by(name, conditions)))
            events = part.among(events)
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


def _read_by(name: str, conditions: Mapping[str, Any]) -> str:
    """By which row of `_READ` events are alike to a part: with words of its own a category reads the text too."""
    return "words" if "category_words" in conditions else name


def _value(name: str, number: int, event: Mapping[str, Any] | None) -> Hashable:
    """What a part reads of an event; where that is not known, each event is like no other."""
    try:
        return _READ[name](event) if event and name in _READ else (number, None, number)
    except (KeyError, TypeError, AttributeError):
        return (number, None, number)


class _Part:
    """A part of conditions, the events that it was asked of, and those of them that fulfil it."""

    __slots__ = ("_alike", "_asked", "_fulfilled", "_fulfils")

    def __init__(self, fulfils: Callable[[int], bool], alike: Sequence[int]) -> None:
        self._fulfils, self._alike, self._asked, self._fulfilled = fulfils, alike, 0, 0

    def among(self, events: int) -> int:
        unknown, fulfils, alike = events & ~self._asked, self._fulfils, self._alike
        while unknown:
            number = unknown.bit_length() - 1
            those = alike[number]
            if fulfils(number):
                self._fulfilled |= those
            self._asked |= those
            unknown &= ~those
        return events & self._fulfilled


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
