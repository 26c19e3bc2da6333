"""The rule for readers of outside text.

Twice the text costs at most two and a half times the work, and the longest text at most a second. Work is the
process's own processor time, the best of up to six attempts, over three doublings up to the longest text that
the code admits; each doubling is judged. A time below `FLOOR` counts as zero. A violation is measured again,
since a busy machine disturbs even that. A second is one of a machine that does the `_reference` in `_REFERENCE` seconds: on a
slower one, times are divided by how much slower it is. Tracing (for coverage) is suspended meanwhile: its work is not the
reader's.
"""

import gc
import itertools
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import Any

from tests.hostile.texts import Attack

#: Seconds below which a time says nothing: a reader that cleans in rounds makes steps of some milliseconds.
FLOOR = 0.02
#: How coarse the count of processor time is on some machines; below it the clock on the wall is the better
#: witness.
_TICK = 0.004
#: Seconds that the longest text may take.
MOST = 1.0
#: How much dearer a text of twice the length may be.
GROWTH = 2.5
#: Processor seconds of `_reference` on the machine that the limits were set on.
_REFERENCE = 0.021
#: How often what looks guilty is measured, before it is.
_TRIES = 6
#: Characters of the first look at an attack; a quadratic reader shows itself there within some milliseconds.
_LOOK = 4_000

Call = Callable[[Any], object]


class Held(BaseException):
    """A call was stopped after its share of processor time.

    It is no `Exception`, so that product code does not catch it.
    """


@dataclass(frozen=True, slots=True)
class Slow:
    """A violation of the rule: seconds by length of the text."""

    attack: Attack
    seconds: dict[int, float]

    def __str__(self) -> str:
        times = ", ".join(
            f"{length} characters {seconds * 1000:.1f} ms" for length, seconds in self.seconds.items()
        )
        return f"{self.attack}: {times}"


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Raise `Held` in the main thread after so much processor time of the process. It interrupts `re` too."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Held

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def seconds_of(call: Call, text: object) -> float:
    """The processor time of one call, or infinity where it was stopped after twice the limit of the longest
    text.
    """
    collecting, tracer = gc.isenabled(), sys.gettrace()
    gc.disable()
    sys.settrace(None)
    slower = _slower()
    begun, worked = time.perf_counter(), time.process_time()
    try:
        with _stopped_after(2 * MOST * slower):
            call(text)
        return min(time.perf_counter() - begun, time.process_time() - worked + _TICK) / slower
    except Held:
        return float("inf")
    finally:
        sys.settrace(tracer)
        if collecting:
            gc.enable()


@cache
def _slower() -> float:
    """How much slower this machine is than that of the limits; 1.0 for a faster one."""
    return max(1.0, min(_reference() for _ in range(5)) / _REFERENCE)


def _reference() -> float:
    """Processor seconds of a fixed piece of work in Python, which hostile texts do not touch."""
    begun = time.process_time()
    sum(len(str(number)) for number in range(200_000))
    return time.process_time() - begun


def slow(call: Call, attack: Attack, longest: int, *, of: Callable[[str], Any] = str) -> Slow | None:
    """The call's violation of the rule on this attack, or None.

    `of` turns the text into the call's argument (bytes, for one). Two short lengths are tried first; only a
    violation there, or a possible one at the full length, is measured.
    """
    look = min(longest, _LOOK)
    best = {}
    for length in (look // 4 - 1, look):
        best[length] = seconds = seconds_of(call, of(attack.of(length)))
        if seconds > MOST:
            return Slow(attack, {length: seconds})
    short, seconds = best.values()
    if seconds * longest / look < MOST / 2 and seconds < max(FLOOR / 8, 5 * short):
        return None
    return _judged(call, attack, longest, of)


def _judged(call: Call, attack: Attack, longest: int, of: Callable[[str], Any]) -> Slow | None:
    """Three doublings, measured until the best times keep the rule, at most `_TRIES` times.

    Each try has a text of another length, so that no cache answers it. If the longest text takes next to
    nothing, so does each shorter one.
    """
    best: dict[int, float] = {}
    for less in range(1, _TRIES + 1):
        for length in (longest, longest // 2, longest // 4, longest // 8):
            seconds = seconds_of(call, of(attack.of(length - less)))
            best[length] = min(seconds, best.get(length, seconds))
            if best[longest] <= GROWTH * FLOOR:
                return None
            if seconds > 2 * MOST:
                break
        if _keeps_the_rule([best[length] for length in sorted(best)]):
            return None
    return Slow(attack, dict(sorted(best.items())))


def _keeps_the_rule(seconds: list[float]) -> bool:
    """Whether each time follows the rule from the one of half the length."""
    return max(seconds) <= MOST and all(
        after <= GROWTH * max(before, FLOOR) for before, after in itertools.pairwise(seconds)
    )


def first_slow(
    call: Call, attacks: Iterator[Attack] | list[Attack] | tuple[Attack, ...], longest: int, **how: Any
) -> Slow | None:
    """The first violation among the attacks."""
    judged = (slow(call, attack, longest, **how) for attack in attacks)
    return next(filter(None, judged), None)
