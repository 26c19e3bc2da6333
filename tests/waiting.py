"""Waiting for what other processes do."""

import time
from collections.abc import Callable
from typing import Any, Final

PATIENCE: Final = 180.0


def until(question: Callable[[], Any], what: str, patience: float = PATIENCE, pause: float = 0.1) -> Any:
    """The first true result of `question`. Raises AssertionError after `patience` seconds."""
    end = time.monotonic() + patience
    while not (answer := question()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {patience:.0f} s")
        time.sleep(pause)
    return answer
