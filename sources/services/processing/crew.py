"""Work given to processes that are forked once and stay: what they have read and folded they remember, and each keeps its connection to the database.

`sources.matching.workers.spread` forks for each piece, which then needs not be pickled; this is for many small pieces of one kind. Only as many as there are
processors for this process, none in a process of several threads. A child that dies, or that cannot say its answer, loses nothing: this process does that
piece itself, and an error is raised where it shows.
"""

import gc
import os
import pickle
import selectors
import signal
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")

_LENGTH: Final = struct.Struct("!Q")
_CHUNK: Final = 1 << 20


@dataclass(slots=True, eq=False)
class _Job:
    """A piece, who works on it, and what came of it: None until it is done, b"" where this process has to do it."""

    piece: Any
    answer: bytes | None = None


@dataclass(slots=True, eq=False)
class _Child:
    """One process, the line to it, what it works on, and what it has said so far."""

    process: int
    line: socket.socket
    job: _Job | None = None
    said: bytearray = field(default_factory=bytearray)


class Crew(Generic[Piece, Answer]):
    """`processes` children that do `work`, each between `begin` and `finish`. Pieces and answers are pickled. As a context manager: leaving it ends them."""

    def __init__(self, work: Callable[[Piece], Answer], *, processes: int, begin: Callable[[], None], finish: Callable[[], None]) -> None:
        self._work, self._begin, self._finish, self._limit = work, begin, finish, processes
        self._children: list[_Child] = []
        self._jobs: deque[_Job] = deque()
        self._lines = selectors.DefaultSelector()

    def __enter__(self) -> "Crew[Piece, Answer]":
        return self

    def __exit__(self, *error: object) -> None:
        for child in list(self._children):
            self._end(child)
        self._lines.close()

    def feed(self, pieces: Iterator[Piece]) -> None:
        """Give each idle child a piece, as long as there are any. Pieces are asked for one by one, so that they may be made meanwhile."""
        while (child := self._idle()) is not None and len(self._jobs) <= self._limit:
            for piece in pieces:
                self._give(child, piece)
                break
            else:
                return

    def answers(self, pieces: Iterator[Piece]) -> Iterator[Answer]:
        """The answers to what was fed, and to `pieces`, in order. While one is looked at, the children go on."""
        while True:
            self.feed(pieces)
            if not self._jobs:
                if not self._children:  # there are none, or none any more
                    yield from map(self._work, pieces)
                return
            while self._jobs[0].answer is None:
                self._listen(None)
            job = self._jobs.popleft()
            self._listen(0)
            self.feed(pieces)
            yield pickle.loads(job.answer) if job.answer else self._work(job.piece)  # noqa: S301 - our own child wrote it

    def _idle(self) -> _Child | None:
        """A child without work, forked where there may be one more; None where all are busy, or forking is refused."""
        for child in self._children:
            if child.job is None:
                return child
        return self._fork() if len(self._children) < self._limit else None

    def _fork(self) -> _Child | None:
        ours, theirs = socket.socketpair()
        try:
            process = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            self._limit = len(self._children)
            return None
        if process == 0:
            ours.close()
            for other in self._children:
                other.line.close()
            self._attend(theirs)
        theirs.close()
        child = _Child(process, ours)
        self._children.append(child)
        self._lines.register(ours, selectors.EVENT_READ, child)
        return child

    def _give(self, child: _Child, piece: Piece) -> None:
        job = child.job = _Job(piece)
        self._jobs.append(job)
        try:
            child.line.sendall(pickle.dumps(piece, protocol=5))
        except OSError:
            self._lost(child)

    def _listen(self, seconds: float | None) -> None:
        """Take in what the children say; waits for something where `seconds` is None."""
        for key, _ in self._lines.select(seconds):
            child: _Child = key.data
            try:
                said = child.line.recv(_CHUNK)
            except OSError:
                said = b""
            if not said:
                self._lost(child)
                continue
            child.said += said
            if len(child.said) >= _LENGTH.size and len(child.said) == _LENGTH.size + _LENGTH.unpack_from(child.said)[0]:
                if child.job is not None:
                    child.job.answer, child.job = bytes(child.said[_LENGTH.size :]), None
                child.said.clear()

    def _lost(self, child: _Child) -> None:
        """A child has died: its piece is done here, and no other takes its place, since what killed one may kill the next."""
        if child.job is not None:
            child.job.answer = b""
        self._limit -= 1
        self._end(child)

    def _end(self, child: _Child) -> None:
        self._children.remove(child)
        self._lines.unregister(child.line)
        child.line.close()  # which tells one without work that it is over
        if child.job is not None:
            os.kill(child.process, signal.SIGKILL)
        os.waitpid(child.process, 0)

    def _attend(self, line: socket.socket) -> None:
        """The child's whole life. It leaves by `_exit`: what the parent opened is not the child's to close."""
        try:
            gc.freeze()  # a walk over what the parent holds would copy its memory
            gc.disable()
            self._begin()
            pieces = line.makefile("rb")
            while True:
                answer = pickle.dumps(self._work(pickle.load(pieces)), protocol=5)  # noqa: S301 - our own parent wrote it
                line.sendall(_LENGTH.pack(len(answer)))
                line.sendall(answer)
                gc.collect()
        except EOFError:
            self._finish()
        except BaseException:  # noqa: S110 - the parent does the piece again, and raises what it raises
            pass
        finally:
            os._exit(0)
