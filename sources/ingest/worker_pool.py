"""A pool of forked worker processes that stay: each keeps its caches and its database connection.

`pipeline.matching.workers.spread` forks for each piece, which then need not be pickled; this pool serves many
small pieces of one kind. It has at most one process per available processor, and none in a process of several
threads. Each child has its next piece beside the present one, and content goes through files in memory, so that
neither side waits until the other reads. A child that dies is replaced; its piece is never processed here, since it would end this process
too, and `rescue` decides about it. Where a child cannot send its answer, this process does the piece itself,
so that an error is raised where it can be seen.
"""

import gc
import mmap
import os
import pickle
import selectors
import signal
import socket
import struct
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Final, Generic, TypeVar

from pipeline.budget import let_kernel_end_this_process
from pipeline.contract.frozen import dumps
from pipeline.garbage import collect_many

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")

#: Seconds between two calls of `beat` while the parent waits.
BEAT: Final = 5.0
_LENGTH: Final = struct.Struct("!Q")
#: The piece that a child works on, and its next one.
_HELD: Final = 2
_LONGEST_WORD: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerDeath:
    """How a child ended while it worked on a piece.

    `signal` is the signal that ended it (0 for none), `what` the work that it had begun last ('' where
    unknown).
    """

    signal: int
    what: str

    @property
    def is_time(self) -> bool:
        """Whether the kernel ended it for its use of processor time."""
        return self.signal == signal.SIGPROF


@dataclass(slots=True, eq=False)
class _Job:
    """A piece and its answer.

    None until it is done, b"" where this process has to do it; `death` where its child died.
    """

    piece: Any
    answer: bytes | None = None
    death: WorkerDeath | None = None


@dataclass(slots=True, eq=False)
class _Child:
    """One process, its pipe, the memory where it notes its current work, and its jobs in order."""

    process: int
    line: socket.socket
    word: mmap.mmap
    jobs: deque[_Job] = field(default_factory=deque)


class WorkerPool(Generic[Piece, Answer]):
    """`processes` children that do `work`, each between `begin` and `finish`.

    Pieces and answers are pickled. Leaving the context manager ends the children. `rescue` returns the answer
    to a piece whose child died. `beat` is called every five seconds of waiting, and may end it by an
    exception.
    """

    def __init__(
        self,
        work: Callable[[Piece], Answer],
        *,
        processes: int,
        begin: Callable[[], None],
        finish: Callable[[], None],
        rescue: Callable[[Piece, WorkerDeath], Answer],
        beat: Callable[[], object] = lambda: None,
    ) -> None:
        self._work, self._begin, self._finish, self._limit = work, begin, finish, processes
        self._rescue, self._beat = rescue, beat
        self._children: list[_Child] = []
        self._jobs: deque[_Job] = deque()
        #: What a child that died had not begun.
        self._returned: deque[_Job] = deque()
        self._lines = selectors.DefaultSelector()

    def __enter__(self) -> "WorkerPool[Piece, Answer]":
        return self

    def __exit__(self, *error: object) -> None:
        for child in list(self._children):
            if child.jobs:
                os.kill(child.process, signal.SIGKILL)
            self._end(child)
        self._lines.close()

    def feed(self, pieces: Iterator[Piece]) -> None:
        """Give each child a piece, and another one beside it, as long as there are any.

        Pieces are taken from the iterator one by one, so that they can be made meanwhile.
        """
        while (child := self._free()) is not None:
            if self._returned:
                self._give(child, self._returned.popleft())
                continue
            if len(self._jobs) >= _HELD * self._limit:
                return
            for piece in pieces:
                self._jobs.append(_Job(piece))
                self._give(child, self._jobs[-1])
                break
            else:
                return

    def answers(self, pieces: Iterator[Piece]) -> Iterator[Answer]:
        """The answers to the fed pieces and to `pieces`, in order.

        The children continue while the caller uses one.
        """
        while True:
            self.feed(pieces)
            if not self._jobs:
                if not self._children:  # no child could be forked
                    yield from map(self._work, pieces)
                return
            while self._jobs[0].answer is None:
                if not self._children:  # those that died cannot be replaced; nobody has begun this piece
                    self._jobs[0].answer = b""
                elif self._listen(BEAT):
                    self.feed(pieces)
                else:
                    self._beat()
            job = self._jobs.popleft()
            self._listen(0)
            self.feed(pieces)
            if job.death is not None:
                yield self._rescue(job.piece, job.death)
            else:
                yield pickle.loads(job.answer) if job.answer else self._work(job.piece)  # noqa: S301 - our own child wrote it

    def _free(self) -> _Child | None:
        """A child without work, forked if the pool may grow, else one without a next piece; None where there is none."""
        child = min(self._children, key=lambda child: len(child.jobs), default=None)
        if child is not None and not child.jobs:
            return child
        if len(self._children) < self._limit and (forked := self._fork()) is not None:
            return forked
        return child if child is not None and len(child.jobs) < _HELD else None

    def _fork(self) -> _Child | None:
        ours, theirs = socket.socketpair()
        word = mmap.mmap(-1, _LONGEST_WORD)
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
            self._attend(theirs, word)
        theirs.close()
        child = _Child(process, ours, word)
        self._children.append(child)
        self._lines.register(ours, selectors.EVENT_READ, child)
        return child

    def _give(self, child: _Child, job: _Job) -> None:
        child.jobs.append(job)
        try:
            _send(child.line, dumps(job.piece))
        except OSError:
            self._end(child)

    def _listen(self, seconds: float) -> bool:
        """Read the children's output. False where none came for so many seconds."""
        heard = self._lines.select(seconds)
        for key, _ in heard:
            child: _Child = key.data
            try:
                answer = _received(child.line)
            except OSError:
                answer = None
            if answer is None:
                self._end(child)
            else:
                child.jobs.popleft().answer = answer
        return bool(heard)

    def _end(self, child: _Child) -> None:
        """Reap a child that died, or end one without work by closing its pipe."""
        self._children.remove(child)
        self._lines.unregister(child.line)
        child.line.close()
        _, status = os.waitpid(child.process, 0)
        if child.jobs:
            what = bytes(child.word[:]).rstrip(b"\0").decode("utf-8", "replace")
            present = child.jobs.popleft()
            present.death = WorkerDeath(
                signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, what=what
            )
            present.answer = b""
            self._returned.extend(child.jobs)
        child.word.close()

    def _attend(self, line: socket.socket, word: mmap.mmap) -> None:
        """The main loop of a child.

        It leaves by `_exit`, since what the parent opened must not be closed here.
        """
        try:
            gc.freeze()  # a collection over the parent's objects would copy their memory
            gc.disable()
            let_kernel_end_this_process(lambda what: _write(word, what))
            self._begin()
            while (piece := _received(line)) is not None:
                answer = _answer(self._work, pickle.loads(piece))  # noqa: S301 - our own parent wrote it
                _write(word, "")
                _send(line, answer)
                collect_many()
            self._finish()
        except BaseException:  # noqa: S110 - the parent learns it by this process's end
            pass
        finally:
            os._exit(0)


def run_alone(
    work: Callable[[Piece], Answer],
    piece: Piece,
    *,
    begin: Callable[[], None],
    finish: Callable[[], None],
    beat: Callable[[], object],
) -> "Answer | WorkerDeath":
    """The answer to one piece from a process of its own, or how that process ended."""
    with WorkerPool[Piece, Any](
        work, processes=1, begin=begin, finish=finish, rescue=lambda _, death: death, beat=beat
    ) as one:
        (answer,) = one.answers(iter([piece]))
    found: Answer | WorkerDeath = answer
    return found


def _answer(work: Callable[[Any], Any], piece: Any) -> bytes:
    """The answer; nothing where the work raises, since the parent then repeats it."""
    try:
        return dumps(work(piece))
    except Exception:
        return b""


def _send(line: socket.socket, content: bytes) -> None:
    """Send content through a file of its own: the line carries only its length and the file. Raises OSError."""
    with _file() as file:
        file.write(content)
        file.flush()
        socket.send_fds(line, [_LENGTH.pack(len(content))], [file.fileno()])


def _received(line: socket.socket) -> bytes | None:
    """The next content; None where the other side has ended. Raises OSError."""
    head, files, _, _ = socket.recv_fds(line, _LENGTH.size, 1)
    if not head:
        return None
    (file,) = files
    try:
        (length,) = _LENGTH.unpack(head)
        content = os.pread(file, length, 0)
    finally:
        os.close(file)
    if len(content) != length:
        raise OSError("what was sent is not there")
    return content


def _file() -> IO[bytes]:
    """A file without a name, in memory where the system has that."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("piece"), "w+b")
    return tempfile.TemporaryFile()


def _write(word: mmap.mmap, what: str) -> None:
    word[:] = what.encode()[:_LONGEST_WORD].ljust(_LONGEST_WORD, b"\0")
