"""The line of requests: so many at once, and no place is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest

from outbox.renderings.line import Line, LineFull


def test_a_thread_has_one_place_however_often_it_enters() -> None:
    line = Line(1)
    line.enter()
    line.enter()
    assert (line.leave(), line.leave()) == (True, False)


def test_the_next_in_line_gets_the_place() -> None:
    line = Line(1, patience=30)
    line.enter()
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(line.enter)
        while not line.waiting:
            pass
        assert not waits.done()
        line.leave()
        assert waits.result(timeout=30) is None
        assert pool.submit(line.leave).result(timeout=30)


@pytest.mark.parametrize("line", [Line(1, patience=0), Line(1, most_waiting=0)])
def test_who_waits_too_long_or_behind_too_many_is_told(line: Line) -> None:
    line.enter()
    with ThreadPoolExecutor(1) as pool, pytest.raises(LineFull):
        pool.submit(line.enter).result(timeout=30)
    assert (line.waiting, line.leave()) == (0, True)


def test_never_more_than_the_places_are_inside() -> None:
    line, most, ready = Line(3, patience=30), [0, 0], Signal()

    def one() -> None:
        line.enter()
        most[0] += 1
        most[1] = max(most)
        if most[0] == 3:
            ready.set()
        ready.wait(30)
        most[0] -= 1
        line.leave()

    _in_threads(one, 12)
    assert most == [0, 3]


def _in_threads(call: Callable[[], None], count: int) -> None:
    with ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(call) for _ in range(count)]:
            done.result(timeout=60)
