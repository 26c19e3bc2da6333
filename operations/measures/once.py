"""What several parts of one look ask is asked once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, TypeVar

T = TypeVar("T")
_answers: Final[ContextVar[dict[str, Any] | None]] = ContextVar("answers", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Within it, a function marked with `once` is called once, and answers the same to all who ask."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(ask: Callable[[], T]) -> Callable[[], T]:
    """Mark a function. Outside of a look it is called each time; an error is not kept."""
    name = f"{ask.__module__}.{ask.__qualname__}"

    @wraps(ask)
    def asked() -> T:
        answers = _answers.get()
        if answers is None:
            return ask()
        if name not in answers:
            answers[name] = ask()
        found: T = answers[name]
        return found

    return asked
