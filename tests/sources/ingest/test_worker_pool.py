"""The pool of worker processes, and their answers."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import budget
from pipeline.budget import Budget
from sources.ingest import worker_pool as crews
from sources.ingest.worker_pool import WorkerDeath, WorkerPool, run_alone


def nothing() -> None:
    """Do nothing before and after the work."""


def gone(piece: object, death: WorkerDeath) -> object:
    """A `rescue` that must not be called."""
    raise AssertionError(death)


def pool(work: Callable[[int], object], processes: int = 2) -> WorkerPool[int, object]:
    return WorkerPool(
        work, processes=processes, begin=nothing, finish=nothing, rescue=lambda piece, death: (piece, death)
    )


def all_of(work: Callable[[int], object], pieces: Iterator[int], processes: int = 2) -> list[object]:
    with pool(work, processes) as hands:
        return list(hands.answers(pieces))


@pytest.mark.parametrize("processes", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_answers_come_in_the_order_of_their_pieces(count: int, processes: int) -> None:
    assert all_of(lambda piece: piece * piece, iter(range(count)), processes) == [
        number * number for number in range(count)
    ]


def test_the_same_processes_do_all_of_it_and_remember() -> None:
    seen: list[int] = []

    def work(piece: int) -> tuple[int, int]:
        seen.append(piece)
        return os.getpid(), len(seen)

    done = all_of(work, iter(range(9)))
    children = {one[0] for one in done if isinstance(one, tuple)}
    assert len(children) <= 2
    assert os.getpid() not in children
    assert max(one[1] for one in done if isinstance(one, tuple)) >= 5
    assert seen == []


def test_large_pieces_and_answers_pass() -> None:
    with WorkerPool(
        lambda text: text.upper(), processes=2, begin=nothing, finish=nothing, rescue=gone
    ) as hands:  # type: ignore[var-annotated]
        found = list(hands.answers(iter(["a" * 3_000_000, "b", "c" * 2_000_000])))
    assert [(len(one), one[0]) for one in found] == [(3_000_000, "A"), (1, "B"), (2_000_000, "C")]


def test_what_a_dead_child_had_is_rescued_and_another_takes_its_place() -> None:
    def work(piece: int) -> int:
        if piece in (1, 3):
            os.kill(os.getpid(), signal.SIGKILL)
        return piece

    dead = WorkerDeath(signal=signal.SIGKILL, what="")
    assert all_of(work, iter(range(6))) == [0, (1, dead), 2, (3, dead), 4, 5]


def test_a_child_that_uses_up_its_time_in_what_looks_for_no_signal_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(budget, "HARD_AFTER", 0.0)

    def work(piece: int) -> int:
        with budget.unbroken(), Budget(0.05, "price"):
            while piece == 1:
                pass
        return piece

    dead = WorkerDeath(signal=signal.SIGPROF, what="price")
    assert all_of(work, iter(range(3))) == [0, (1, dead), 2]
    assert dead.is_time


def test_one_piece_alone_says_how_its_process_ended() -> None:
    assert run_alone(lambda piece: piece + 1, 1, begin=nothing, finish=nothing, beat=nothing) == 2
    assert run_alone(
        lambda piece: os._exit(3), 1, begin=nothing, finish=nothing, beat=nothing
    ) == WorkerDeath(signal=0, what="")


def test_a_parent_that_waits_looks_at_its_own_affairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "BEAT", 0.01)

    def over() -> None:
        raise KeyError("the run is over")

    with (
        pytest.raises(KeyError),
        WorkerPool(
            lambda _: signal.pause(), processes=1, begin=nothing, finish=nothing, rescue=gone, beat=over
        ) as hands,
    ):  # type: ignore[var-annotated]
        next(hands.answers(iter([1])))


def test_where_forking_is_refused_this_process_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise OSError("no more processes")

    monkeypatch.setattr(os, "fork", refused)
    assert all_of(lambda piece: os.getpid(), iter(range(3))) == [os.getpid()] * 3


def test_an_error_is_raised_where_its_answer_is_due() -> None:
    def work(piece: int) -> int:
        if piece == 1:
            raise ValueError("piece 1")
        return piece

    with pool(work) as hands:
        stream = hands.answers(iter(range(4)))
        assert next(stream) == 0
        with pytest.raises(ValueError, match="piece 1"):
            next(stream)


def test_pieces_are_asked_for_one_by_one() -> None:
    asked: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(50):
            asked.append(number)
            yield number

    with pool(lambda piece: piece) as hands:
        stream = hands.answers(pieces())
        next(stream)
        assert len(asked) <= 5


def test_leaving_early_ends_the_children(tmp_path: Path) -> None:
    """One at work is killed, one without work finishes."""
    said = tmp_path / "said"

    def work(piece: int) -> int:
        if piece:
            signal.pause()
        return os.getpid()

    with WorkerPool(
        work, processes=2, begin=nothing, finish=lambda: said.write_text("finished"), rescue=gone
    ) as hands:
        stream = hands.answers(iter([0, 1]))
        child = next(stream)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    assert said.read_text() == "finished"


def test_a_child_begins_before_its_first_piece() -> None:
    began: list[str] = []
    with WorkerPool(
        lambda piece: list(began),
        processes=1,
        begin=lambda: began.append("begun"),
        finish=nothing,
        rescue=gone,
    ) as hands:  # type: ignore[var-annotated]
        assert list(hands.answers(iter([1, 2]))) == [["begun"], ["begun"]]
    assert began == []
