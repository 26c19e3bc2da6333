"""A bound on the processor time of a piece of work, which holds even while an expression backtracks or a loop
has no end.

The timer counts the time that this process uses (ITIMER_VIRTUAL), so a busy machine or a slow disk takes
nothing of it. Python's own loops, and the engine of regular expressions, look for signals and are broken off
by `OutOfTime`. Code in C that does not look is ended by the kernel (RLIMIT_CPU, SIGXCPU), together with its
process, where that one said that it may be (`let_kernel_end_this_process`): a worker's child, which its
parent replaces.

Signals reach the main thread alone: in any other thread a budget does nothing.
"""

import math
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from types import FrameType
from typing import Any, Final, TypeVar

Item = TypeVar("Item")

#: A first strike may meet code that swallows every exception (a `__del__`, a callback); it strikes again
#: after so many seconds.
AGAIN: Final = 0.2
#: Code that does not look for signals is ended by the kernel so many seconds of processor time after its
#: budget.
HARD_AFTER: Final = 5.0
#: Things of a stream that are asked for at a time: a timer is set for each such part.
AT_ONCE: Final = 20


class OutOfTime(BaseException):
    """A piece of work used more processor time than `budget` allows. Not an Exception: no handler of a bad
    record's errors takes it for one."""

    def __init__(self, budget: "Budget") -> None:
        super().__init__(f"{budget.what} took more than {budget.seconds:g} s of processor time")
        self.budget = budget


class Budget:
    """`seconds` of processor time for `what`, in one `with` block or in several one after the other. Budgets
    nest; the first that is used up is named by the `OutOfTime` that it raises. Work in other threads of the
    process counts too."""

    __slots__ = ("_is_on", "_since", "left", "seconds", "what")

    def __init__(self, seconds: float, what: str) -> None:
        self.seconds, self.what = seconds, what
        self.left = seconds
        self._since = 0.0
        self._is_on = False

    def __enter__(self) -> "Budget":
        self._is_on = threading.current_thread() is threading.main_thread()
        if self._is_on:
            _timer.stop()
            self._since = time.process_time()
            _timer.stack.append(self)
            _timer.announce(self.what)
            _timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._is_on:
            _timer.stop()
            self._is_on = False
            self.left -= time.process_time() - self._since
            _timer.stack.remove(self)
            _timer.start()

    def remaining(self) -> float:
        """Seconds that are left now."""
        return self.left - (time.process_time() - self._since if self._is_on else 0.0)

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, the making of which is within the budget; what the caller does with them is not."""
        stream = iter(items)
        while True:
            with self:
                part = list(islice(stream, AT_ONCE))
            yield from part
            if len(part) < AT_ONCE:
                return


class _Timer:
    """The one timer of the process, its handler, and the budgets under way from the outermost to the
    innermost."""

    def __init__(self) -> None:
        self.stack: list[Budget] = []
        self.held = 0
        self.is_killable = False
        self.announce: Callable[[str], None] = _nobody
        self._former: Any = None

    def start(self) -> None:
        """Strike when the first budget is used up; the handler of before is put back when there is none."""
        if not self.stack:
            if self._former is not None:
                self._limit(math.inf)
                signal.signal(signal.SIGVTALRM, self._former)
                self._former = None
            return
        if self._former is None:
            self._former = signal.signal(signal.SIGVTALRM, self._strike) or signal.SIG_DFL
        left = min(budget.remaining() for budget in self.stack)
        self._limit(left)
        signal.setitimer(signal.ITIMER_VIRTUAL, max(left, 0.001), AGAIN)

    def stop(self) -> None:
        """No strike from here on."""
        if self.stack:
            self.held += 1
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            self.held -= 1

    def _strike(self, _signal: int, _frame: FrameType | None) -> None:
        if self.held:
            return  # it strikes again
        for budget in self.stack:
            if budget.remaining() <= 0:
                raise OutOfTime(budget)

    def _limit(self, left: float) -> None:
        """Have the kernel end this process some seconds after `left`, should it not look for signals."""
        if self.is_killable:
            _, most = resource.getrlimit(resource.RLIMIT_CPU)
            soft = most if left == math.inf else math.ceil(time.process_time() + max(0.0, left) + HARD_AFTER)
            resource.setrlimit(resource.RLIMIT_CPU, (soft, most))


def _nobody(_: str) -> None:
    """Nobody asks what is done."""


_timer = _Timer()
os.register_at_fork(after_in_child=_timer.stack.clear)


def let_kernel_end_this_process(announce: Callable[[str], None] = _nobody) -> None:
    """From here on a budget that is far exceeded ends this process by SIGXCPU, whatever it does. `announce`
    is told what is begun, so that another process can know what ended this one."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    _timer.is_killable, _timer.announce = True, announce


@contextmanager
def unbroken() -> Iterator[None]:
    """While the block runs no budget breaks in: for a conversation that must not stop in the midst of a word
    (a query). It strikes soon after."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _timer.held += 1
    try:
        yield
    finally:
        _timer.held -= 1


@contextmanager
def paused() -> Iterator[None]:
    """While the block runs the budgets under way count nothing: for work that has bounds of its own (a
    request, a browser)."""
    if threading.current_thread() is not threading.main_thread() or not _timer.stack:
        yield
        return
    _timer.stop()
    under_way = _timer.stack[:]
    for budget in under_way:
        budget.left = budget.remaining()
    _timer.stack.clear()
    _timer.start()
    try:
        yield
    finally:
        for budget in under_way:
            budget._since = time.process_time()
        _timer.stop()
        _timer.stack[:0] = under_way
        _timer.start()
