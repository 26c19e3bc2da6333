"""Limits of processor time, in loops and in expressions that backtrack."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from pipeline import budget
from pipeline.budget import Budget, OutOfTime

SMALL = 0.05
#: Exponential: what a careless expression does.
HOSTILE = re.compile(r"(a+)+$")


def forever() -> None:
    while True:
        pass


def busy(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def backtrack() -> None:
    HOSTILE.match("a" * 40 + "b")


@pytest.mark.parametrize("work", [forever, backtrack])
def test_work_without_end_is_broken_off(work: Callable[[], None]) -> None:
    begun = time.process_time()
    with pytest.raises(OutOfTime, match=r"looking took more than 0\.05 s"), Budget(SMALL, "looking"):
        work()
    assert time.process_time() - begun < 2


def test_work_within_its_budget_is_left_alone_and_what_was_there_before_comes_back() -> None:
    former = signal.getsignal(signal.SIGVTALRM)
    with Budget(5, "looking") as one:
        sum(range(1000))
    assert 0 < one.left <= 5
    assert signal.getsignal(signal.SIGVTALRM) == former
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_waiting_costs_nothing() -> None:
    with Budget(SMALL, "waiting") as one:
        time.sleep(3 * SMALL)
    assert one.left > 0


def test_no_handler_of_errors_takes_it_for_one() -> None:
    def swallows() -> None:
        while True:
            try:
                forever()
            except Exception:  # noqa: BLE001
                continue

    with pytest.raises(OutOfTime), Budget(SMALL, "looking"):
        swallows()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_strike_that_was_swallowed_is_followed_by_another() -> None:
    class Stubborn:
        def __del__(self) -> None:
            forever()

    def work() -> None:
        one = Stubborn()
        del one
        forever()

    with pytest.raises(OutOfTime), Budget(SMALL, "looking"):
        work()


@pytest.mark.parametrize(("outer", "inner", "named"), [(SMALL, 5, "outer"), (5, SMALL, "inner")])
def test_of_two_budgets_the_one_that_is_used_up_is_named(outer: float, inner: float, named: str) -> None:
    with pytest.raises(OutOfTime) as raised, Budget(outer, "outer"), Budget(inner, "inner"):
        forever()
    assert raised.value.budget.what == named


def test_what_an_inner_budget_uses_counts_for_the_outer_one() -> None:
    with Budget(5, "outer") as outer:
        with pytest.raises(OutOfTime), Budget(SMALL, "inner"):
            forever()
        assert outer.remaining() < 5 - SMALL
    assert outer.left < 5 - SMALL


def test_the_making_of_a_stream_is_bounded_as_a_whole_and_its_use_is_not() -> None:
    def slow() -> Iterator[int]:
        for number in range(10_000):
            busy(0.002)
            yield number

    with pytest.raises(OutOfTime):
        list(Budget(0.5, "reading").over(slow()))
    assert list(Budget(0.5, "reading").over(range(250))) == list(range(250))


def test_a_budget_that_was_used_up_before_breaks_off_at_once() -> None:
    one = Budget(SMALL, "reading")
    with pytest.raises(OutOfTime), one:
        forever()
    with pytest.raises(OutOfTime), one:
        forever()


def test_a_conversation_is_not_broken_off_in_the_midst_of_a_word() -> None:
    said = []

    def work() -> None:
        with budget.unbroken():
            busy(3 * SMALL)
            said.append("whole")
        forever()

    with pytest.raises(OutOfTime), Budget(SMALL, "asking"):
        work()
    assert said == ["whole"]


def test_what_has_bounds_of_its_own_counts_nothing() -> None:
    with Budget(SMALL, "reading") as one:
        with budget.paused():
            busy(3 * SMALL)
        assert one.remaining() > 0
    with pytest.raises(OutOfTime), one:
        forever()


def test_other_threads_are_left_alone() -> None:
    done: list[int] = []

    def work() -> None:
        with Budget(0.0, "looking"):
            done.append(sum(range(100_000)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(done) == 1


def test_code_that_looks_for_no_signal_is_ended_with_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "HARD_AFTER", 0.0)
    child = os.fork()
    if child == 0:
        budget.let_kernel_end_this_process()
        with budget.unbroken(), Budget(SMALL, "looking"):
            forever()
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGPROF


def test_another_process_can_know_what_was_begun() -> None:
    begun, reported = os.pipe()
    child = os.fork()
    if child == 0:
        budget.let_kernel_end_this_process(lambda what: os.write(reported, what.encode()))
        with Budget(5, "looking"):
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(begun, 100) == b"looking"
