"""Limits the processor time of a piece of work, even while an expression backtracks or a loop has no end.

The timer counts the time that this process uses (ITIMER_VIRTUAL), so a busy machine or a slow disk does not
count. Python's own loops, and the engine of regular expressions, check for signals and are interrupted by
`OutOfTime`. Other C code is ended by the kernel (ITIMER_PROF, SIGPROF), together with its process, if that has
permitted it (`let_kernel_end_this_process`): a worker's child, which its parent replaces.

Only the main thread receives signals: in any other thread a budget has no effect.
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

#: The first signal may reach code that swallows every exception (a `__del__`, a callback); it is repeated
#: after so many seconds.
AGAIN: Final = 0.2
#: Code that does not check for signals is ended by the kernel so many seconds of processor time after its
#: budget.
HARD_AFTER: Final = 5.0
#: How many items of a stream are taken at a time: a timer is set for each such part.
AT_ONCE: Final = 20


class OutOfTime(BaseException):
    """A piece of work used more processor time than `budget` allows.

    It is not an Exception, so handlers of a bad record's errors do not catch it.
    """

    def __init__(self, budget: "Budget") -> None:
        super().__init__(f"{budget.what} took more than {budget.seconds:g} s of processor time")
        self.budget = budget


class Budget:
    """`seconds` of processor time for `what`, in one `with` block or in several in sequence.

    Budgets nest; `OutOfTime` names the first that is used up. Work in other threads of the process counts
    too.
    """

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
        """The seconds that are left now."""
        return self.left - (time.process_time() - self._since if self._is_on else 0.0)

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items. Making them counts toward the budget; the caller's use of them does not."""
        stream = iter(items)
        while True:
            with self:
                part = list(islice(stream, AT_ONCE))
            yield from part
            if len(part) < AT_ONCE:
                return


class _Timer:
    """The one timer of the process, its handler, and the active budgets from the outermost to the innermost."""

    def __init__(self) -> None:
        self.stack: list[Budget] = []
        self.held = 0
        self.is_killable = False
        self.announce: Callable[[str], None] = _nobody
        self._former: Any = None

    def start(self) -> None:
        """Start the timer for the first budget to run out; restore the former handler when there is none."""
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
        """Stop the timer."""
        if self.stack:
            self.held += 1
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            self.held -= 1

    def _strike(self, _signal: int, _frame: FrameType | None) -> None:
        if self.held:
            return  # the signal will be repeated
        for budget in self.stack:
            if budget.remaining() <= 0:
                raise OutOfTime(budget)

    def _limit(self, left: float) -> None:
        """Let the kernel end this process some seconds after `left`, in case it does not check for signals.

        A timer counts from now, by the kernel's own clock. RLIMIT_CPU counts from the start of the process by ticks,
        which differ from `time.process_time` by one or two percent: it ended old processes long before their limit.
        """
        if self.is_killable:
            after = 0.0 if left == math.inf else max(left, 0.001) + HARD_AFTER
            signal.setitimer(signal.ITIMER_PROF, after)


def _nobody(_: str) -> None:
    """The default of `announce`: do nothing."""


_timer = _Timer()
os.register_at_fork(after_in_child=_timer.stack.clear)


def let_kernel_end_this_process(announce: Callable[[str], None] = _nobody) -> None:
    """Let the kernel end this process by SIGPROF when a budget is far exceeded.

    `announce` is called with each work that begins, so that another process can find out what ended this one.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    _timer.is_killable, _timer.announce = True, announce


@contextmanager
def unbroken() -> Iterator[None]:
    """Postpone interruptions by budgets during the block.

    For work that must not stop in the middle, such as a query.
    """
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
    """Stop counting during the block, for work with limits of its own (a request, a browser)."""
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
