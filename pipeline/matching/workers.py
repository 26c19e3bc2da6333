"""Shares work among forked processes, so that data in memory (a table of a million records) is not copied.

There is at most one process per available processor, and none where there is only one, or in a process of
several threads, whose locks a child would inherit. If a child dies (out of memory, a limit on processes),
this process does its piece itself, so that an error is raised where it can be seen.
"""

import gc
import os
import pickle
import selectors
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")


def usable() -> int:
    """How many processes may work at a time: the available processors, 1 where forking is not possible."""
    if threading.active_count() > 1 or not hasattr(os, "sched_getaffinity"):
        return 1
    return len(os.sched_getaffinity(0))


def spread(
    work: Callable[[Piece], Answer], pieces: Iterable[Piece], *, processes: int | None = None
) -> Iterator[Answer]:
    """`work(piece)` for each of `pieces`, in order, `processes` at a time (default: `usable()`).

    Each piece has a child of its own, forked when its turn comes: it sees everything that this process has at
    that moment, and its memory is freed after its answer. Answers are pickled. Pieces are taken from the
    iterator one by one, so that they can be made while others are in work.
    """
    limit = usable() if processes is None else processes
    if limit <= 1:
        yield from map(work, pieces)
        return
    with _WorkerPool(work) as pool:
        for piece in pieces:
            pool.start(piece)
            while pool.running >= limit:
                pool.wait()
            yield from pool.ready()
        while pool.running:
            pool.wait()
            yield from pool.ready()
        yield from pool.ready()


@dataclass(slots=True)
class _Job:
    """One child, its pipe, its piece, and its answer so far."""

    piece: Any
    child: int
    pipe: int
    answer: bytearray = field(default_factory=bytearray)
    ended: bool = False


class _WorkerPool(Generic[Piece, Answer]):
    """The running children, in the order of their pieces. Leaving the context ends them."""

    def __init__(self, work: Callable[[Piece], Answer]) -> None:
        self._work = work
        self._jobs: deque[_Job] = deque()
        self._pipes = selectors.DefaultSelector()

    def __enter__(self) -> "_WorkerPool[Piece, Answer]":
        return self

    def __exit__(self, *error: object) -> None:
        for job in self._jobs:
            if not job.ended:
                os.kill(job.child, signal.SIGKILL)
                self._end(job)
        self._pipes.close()

    @property
    def running(self) -> int:
        """How many children are running."""
        return sum(not job.ended for job in self._jobs)

    def start(self, piece: Piece) -> None:
        """Fork a child for `piece`; where that fails, do the piece here."""
        inward, outward = os.pipe()
        try:
            child = os.fork()
        except OSError:
            os.close(inward)
            os.close(outward)
            self._jobs.append(_Job(piece, 0, -1, ended=True))
            return
        if child == 0:
            _answer(self._work, piece, outward)
        os.close(outward)
        job = _Job(piece, child, inward)
        self._jobs.append(job)
        self._pipes.register(inward, selectors.EVENT_READ, job)

    def wait(self) -> None:
        """Read what the children have sent; returns when there was something."""
        for key, _ in self._pipes.select():
            job: _Job = key.data
            if sent := os.read(job.pipe, 1 << 20):
                job.answer += sent
            else:
                self._end(job)

    def ready(self) -> Iterator[Answer]:
        """The finished answers, up to the first piece that is still in work."""
        while self._jobs and self._jobs[0].ended:
            job = self._jobs.popleft()
            yield pickle.loads(job.answer) if job.answer else self._work(job.piece)  # noqa: S301 - our own child wrote it

    def _end(self, job: _Job) -> None:
        self._pipes.unregister(job.pipe)
        os.close(job.pipe)
        _, status = os.waitpid(job.child, 0)
        if status:
            job.answer.clear()
        job.ended = True


def _answer(work: Callable[[Any], Any], piece: Any, pipe: int) -> None:
    """The main loop of a child.

    It leaves by `_exit`, since what the parent opened must not be closed here.
    """
    status = 1
    try:
        gc.disable()  # a collection over all objects would copy the parent's memory
        with open(pipe, "wb") as out:
            pickle.dump(work(piece), out, protocol=5)
        status = 0
    except BaseException:  # noqa: S110 - the parent does the piece again, and raises what it raises
        pass
    finally:
        os._exit(status)
