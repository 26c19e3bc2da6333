"""What processes write, line by line, read without threads: who forks from a process with threads may copy a held lock."""

import os
import selectors
from typing import IO

#: Bytes of one read, and the longest line; what is longer is told in pieces.
CHUNK = 64 * 1024
#: Reads of one call, so that a process that never stops writing does not keep the supervisor from its work.
ROUNDS = 64


class Lines:
    """The output of several processes."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._begun: dict[int, bytes] = {}

    def follow(self, name: str, stream: IO[bytes]) -> None:
        """Read this stream until it ends, then close it."""
        os.set_blocking(stream.fileno(), False)
        self._selector.register(stream, selectors.EVENT_READ, name)
        self._begun[stream.fileno()] = b""

    def read(self, seconds: float) -> list[tuple[str, str]]:
        """The new lines as (name, text). Waits up to `seconds` for the first byte."""
        found: list[tuple[str, str]] = []
        for _ in range(ROUNDS):
            ready = self._selector.select(seconds)
            if not ready:
                break
            for key, _ in ready:
                found += ((key.data, text) for text in self._new(key.fileobj))  # type: ignore[arg-type]
            seconds = 0
        return found

    def _new(self, stream: IO[bytes]) -> list[str]:
        number = stream.fileno()
        if chunk := os.read(number, CHUNK):
            *whole, rest = (self._begun[number] + chunk).split(b"\n")
            if len(rest) >= CHUNK:
                whole, rest = [*whole, rest], b""
            self._begun[number] = rest
        else:
            whole = [self._begun.pop(number)] if self._begun[number] else []
            self._begun.pop(number, None)
            self._selector.unregister(stream)
            stream.close()
        return [line.decode(errors="replace").rstrip("\r") for line in whole]
