"""The naive model beside which ours has to show that it is better. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from insights.expecting.records import Expected, Known, Past, Reach, reach_of


@dataclass(frozen=True, slots=True)
class Naive:
    """Registrations so far stay as they are, come with the usual share, and sell out as often as others that had seats so long before."""

    share: float | None = None
    rates: dict[Reach, float] = field(default_factory=dict)

    def expect(self, known: Known) -> Expected:
        """What is expected of an event."""
        return Expected(
            registered=known.held,
            attendance=None if self.share is None else known.held * self.share,
            sells_out=None
            if known.capacity is None or known.is_full
            else self.rates.get(reach_of(known.days_before)),
        )


def learn_naive(past: Iterable[Past]) -> Naive:
    """The usual share of visitors, and by reach the share of days with seats left after which an event sold out."""
    seats: dict[str, tuple[int, int]] = {}
    sold: dict[Reach, list[bool]] = defaultdict(list)
    for one in past:
        if one.came is not None:
            seats[one.event] = (one.came, one.held)
        if one.known.capacity is not None and not one.known.is_full:
            sold[reach_of(one.known.days_before)].append(one.is_sold_out)
    held = sum(held for _, held in seats.values())
    return Naive(
        share=sum(came for came, _ in seats.values()) / held if held else None,
        rates={reach: sum(days) / len(days) for reach, days in sold.items()},
    )
