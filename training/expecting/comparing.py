"""The days of a world one after the other, as the product lives them: learn, expect, and score after the fact."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean, stdev
from typing import Final

from insights.expecting.judging import Compared
from insights.expecting.model import learn
from insights.expecting.naive import learn_naive
from insights.expecting.records import FARTHEST, Expected, Known, Past, Reach, Target, reach_of
from training.expecting.records import DAYS, SimulatedEvent

#: The model is learnt anew each so many days, and looked at whether it may be shown.
_PAUSE: Final = 7
#: Errors of so many days decide whether it is shown.
_ROLLING: Final = 90
Errors = dict[tuple[Target, Reach], dict[int, list[tuple[float, float]]]]


@dataclass
class Told:
    """Errors by target and reach: of each event by its number (naive, ours) of its days. Looks, those at which ours was shown; chances."""

    errors: Errors = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    looks: dict[tuple[Target, Reach], int] = field(default_factory=lambda: defaultdict(int))
    shown: dict[tuple[Target, Reach], int] = field(default_factory=lambda: defaultdict(int))
    chances: list[tuple[float, bool]] = field(default_factory=list)


def live(events: list[SimulatedEvent], told: Told, *, first: int = 0) -> int:
    """Live through a world, and add what was expected to `told`. Events are numbered from `first`. Returns the next number."""
    errors: Errors = defaultdict(lambda: defaultdict(list))
    starts = {first + place: event.start for place, event in enumerate(events)}
    for today in range(_PAUSE, DAYS, _PAUSE):
        over = [(first + place, event) for place, event in enumerate(events) if event.start < today]
        past = [row for number, event in over for row in _past(number, event)]
        _look(errors, starts, today, told)
        model, naive = learn(past), learn_naive(past)
        if model is None:
            continue
        for number, event in ((first + place, event) for place, event in enumerate(events)):
            for known in _known(event):
                if today <= event.start - known.days_before < today + _PAUSE:
                    _score(errors, number, event, known, naive.expect(known), model.expect(known), told)
    for which, of_events in errors.items():
        told.errors[which].update(of_events)
    return first + len(events)


def compared(of_events: dict[int, list[tuple[float, float]]]) -> Compared:
    """The mean errors. With fewer than two events nothing spreads."""
    naive = [fmean(one for one, _ in days) for days in of_events.values()]
    ours = [fmean(one for _, one in days) for days in of_events.values()]
    gains = [one - other for one, other in zip(naive, ours, strict=True)]
    return Compared(
        events=len(gains),
        naive=fmean(naive),
        ours=fmean(ours),
        spread=stdev(gains) if len(gains) > 1 else 0.0,
    )


def _look(errors: Errors, starts: dict[int, int], today: int, told: Told) -> None:
    for which, of_events in errors.items():
        lately = {
            number: days for number, days in of_events.items() if today - _ROLLING <= starts[number] < today
        }
        if lately:
            told.looks[which] += 1
            told.shown[which] += compared(lately).is_better


def _score(
    errors: Errors, number: int, event: SimulatedEvent, known: Known, naive: Expected, ours: Expected, told: Told
) -> None:  # fmt: skip
    reach = reach_of(known.days_before)
    errors[Target.REGISTERED, reach][number].append(
        (abs(naive.registered - event.held), abs(ours.registered - event.held))
    )
    if event.came is not None and naive.attendance is not None and ours.attendance is not None:
        pair = (abs(naive.attendance - event.came), abs(ours.attendance - event.came))
        errors[Target.ATTENDANCE, reach][number].append(pair)
    if naive.sells_out is not None and ours.sells_out is not None:
        happened = float(event.is_sold_out)
        pair = ((naive.sells_out - happened) ** 2, (ours.sells_out - happened) ** 2)
        errors[Target.SELLS_OUT, reach][number].append(pair)
        told.chances.append((ours.sells_out, event.is_sold_out))


def _known(event: SimulatedEvent) -> Iterable[Known]:
    for one in event.told:
        if 1 <= one.days_before <= FARTHEST:
            yield Known(
                days_before=one.days_before, held=one.held, waiting=one.waiting, capacity=event.capacity,
                city=event.city, category=event.category, organizer=event.organizer,
            )  # fmt: skip


def _past(number: int, event: SimulatedEvent) -> Iterable[Past]:
    for known in _known(event):
        yield Past(
            event=str(number), known=known, held=event.held, waiting=event.waiting, came=event.came, is_sold_out=event.is_sold_out,
        )  # fmt: skip
