"""Every object of a JSON document, wherever it stands: for answers whose nesting changes more often than what
is nested."""

from collections import deque
from collections.abc import Iterator
from typing import Any, Final

#: Values of one document that are looked at.
MAX_VALUES: Final = 300_000


def every_object(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object with the key that it, or the list it is in, stands under ('' for the outermost); the outer
    ones first."""
    queue: deque[tuple[str, Any]] = deque([("", value)])
    seen = 0
    while queue and seen < MAX_VALUES:
        key, inner = queue.popleft()
        seen += 1
        if isinstance(inner, dict):
            yield key, inner
            queue.extend((k, v) for k, v in inner.items() if isinstance(v, dict | list))
        elif isinstance(inner, list):
            queue.extend((key, v) for v in inner if isinstance(v, dict | list))


def counts(**found: int | None) -> dict[str, int]:
    """The counts that were told, by name."""
    return {name: number for name, number in found.items() if number is not None}
