"""Work shared among forked processes gives the result of one process, even if a child dies."""

import os
import resource
import signal
import threading
from collections.abc import Iterator

import psutil
import pytest

from pipeline.matching.workers import spread, usable


def square(number: int) -> int:
    return number * number


def test_answers_come_in_the_order_of_the_pieces() -> None:
    assert list(spread(square, range(20), processes=3)) == [n * n for n in range(20)]


def test_one_processor_means_no_other_process() -> None:
    assert list(spread(lambda _: os.getpid(), range(3), processes=1)) == [os.getpid()] * 3


def test_the_work_is_done_elsewhere() -> None:
    assert os.getpid() not in list(spread(lambda _: os.getpid(), range(3), processes=2))


def test_what_a_killed_child_leaves_is_done_here() -> None:
    parent = os.getpid()

    def work(number: int) -> int:
        if number == 1 and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert list(spread(work, range(4), processes=2)) == [0, 1, 2, 3]


def test_an_error_is_raised_where_it_shows() -> None:
    with pytest.raises(ZeroDivisionError):
        list(spread(lambda number: 1 // number, [1, 0], processes=2))


def test_where_no_process_may_be_forked_this_one_works(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    assert list(spread(square, range(4), processes=2)) == [0, 1, 4, 9]


def test_pieces_are_made_while_others_are_worked_on() -> None:
    made: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    answers = spread(square, pieces(), processes=2)
    assert next(answers) == 0
    assert len(made) < 10
    assert list(answers) == [n * n for n in range(1, 10)]


def test_leaving_early_ends_the_children() -> None:
    def work(number: int) -> int:
        if number:
            signal.pause()
        return os.getpid()

    before = set(psutil.Process().children())  # a test run has its services as children
    answers = spread(work, range(3), processes=2)
    child = next(answers)
    answers.close()  # type: ignore[attr-defined]
    with pytest.raises(ChildProcessError):
        os.waitpid(child, 0)
    assert set(psutil.Process().children()) <= before


def test_large_answers_pass() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
    assert [len(answer) for answer in spread(lambda n: b"x" * n, [5_000_000, 0, 3_000_000], processes=2)] == [
        5_000_000,
        0,
        3_000_000,
    ]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt > before


def test_a_process_of_several_threads_does_not_fork() -> None:
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    assert usable() == 1
    stop.set()
    other.join()
