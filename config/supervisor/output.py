"""Coloured, prefixed lines on a terminal that may disappear."""

import os
import sys
from datetime import datetime
from typing import TextIO

from honcho.colour import get_colours
from honcho.printer import Message, Printer

SYSTEM = "nocturne"


class SturdyOutput:
    """A stream that ignores errors when its other end is closed.

    A closed terminal must not prevent a clean stop.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream: TextIO | None = stream

    def isatty(self) -> bool:
        """Whether colours are useful."""
        return self.stream is not None and self.stream.isatty() and "NO_COLOR" not in os.environ

    def write(self, text: str) -> int:
        """Write; do nothing after the first failure."""
        if self.stream is not None:
            try:
                return self.stream.write(text)
            except (OSError, ValueError):
                self.stream = None
        return len(text)

    def flush(self) -> None:
        """Flush; do nothing after the first failure."""
        if self.stream is not None:
            try:
                self.stream.flush()
            except (OSError, ValueError):
                self.stream = None


class Screen:
    """Writes the lines of all processes, each with the time and the process's name in its colour."""

    def __init__(self, names: list[str], stream: TextIO | None = None) -> None:
        colours = get_colours()
        self._colours = {name: next(colours) for name in names}
        width = max(map(len, [SYSTEM, *names]))
        self._printer = Printer(SturdyOutput(stream or sys.stdout), width=width)

    def say(self, text: str, name: str = SYSTEM) -> None:
        """Print each line of `text` under `name`."""
        self._printer.write(Message("line", text, datetime.now(), name, self._colours.get(name)))  # noqa: DTZ005 (for the reader's clock)
