"""Spans of traces: what took how long, from a request or the clock to the mail.

Nothing is imported and nothing is measured until a tracer is set (`config/tracing.py`), so each package may name its spans.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol

Value = str | int | float | bool


class Span(Protocol):
    """What is under way."""

    def note(self, **attributes: Value) -> None:
        """Add facts that were not known when it began."""

    def rename(self, name: str) -> None:
        """Give it the name that was not known when it began."""


class Tracer(Protocol):
    """Who measures."""

    def span(
        self, name: str, *, of: str, ago: float, attributes: Mapping[str, Value]
    ) -> AbstractContextManager[Span]:
        """As `span`."""

    def steps(self, seconds: Mapping[str, float]) -> None:
        """As `steps`."""

    def trace_id(self) -> str:
        """As `trace_id`."""


class _Nothing:
    def note(self, **attributes: Value) -> None:
        """Nothing is measured."""

    def rename(self, name: str) -> None:
        """Nothing is measured."""


NOTHING: Final[Span] = _Nothing()
_tracer: Tracer | None = None


def use(tracer: Tracer | None) -> None:
    """Measure by `tracer` from now on; None for nothing."""
    global _tracer
    _tracer = tracer


def is_on() -> bool:
    """Whether anything is measured."""
    return _tracer is not None


@contextmanager
def span(name: str, *, of: str = "", ago: float = 0.0, **attributes: Value) -> Iterator[Span]:
    """A span around the block, within the one that is under way. It began `ago` seconds before.

    With `of`, the id of a request, it belongs to the trace of that request: a frame or a mail leaves another process than
    the one that caused it.
    """
    if _tracer is None:
        yield NOTHING
        return
    with _tracer.span(name, of=of, ago=ago, attributes=attributes) as found:
        yield found


def steps(seconds: Mapping[str, float]) -> None:
    """Spans of steps that ended just now, one after the other: their seconds by name, in their order."""
    if _tracer is not None:
        _tracer.steps(seconds)


def trace_id() -> str:
    """The id of the trace under way, 32 hexadecimal digits; '' where there is none."""
    return _tracer.trace_id() if _tracer is not None else ""
