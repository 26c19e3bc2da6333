"""What a response shows: the topics of the outbox whose changes make it void, noted where the data is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Shown:
    """The topics of a response, and what is to be counted each time it is given to a reader."""

    topics: set[str] = field(default_factory=set)
    count: dict[str, Any] | None = None


_shown: ContextVar[Shown | None] = ContextVar("shown", default=None)


def show(*topics: str) -> None:
    """Note that the response that is being made shows what changes under `topics`. Outside of one it does nothing."""
    if (found := _shown.get()) is not None:
        found.topics.update(topics)


def is_collecting() -> bool:
    """Whether a response is being made that all may share."""
    return _shown.get() is not None


def count_each(**what: Any) -> None:
    """Note what is to be counted also where the response is given from what was kept."""
    if (found := _shown.get()) is not None:
        found.count = what


@contextmanager
def collected() -> Iterator[Shown]:
    """Collect what is noted in the block."""
    found = Shown()
    token = _shown.set(found)
    try:
        yield found
    finally:
        _shown.reset(token)
