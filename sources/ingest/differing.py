"""Which facts of two readings of one occurrence differ, for previews: `refine` and `replay`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Facts about how the event was read, not about the event.
_NO_FACTS: Final = frozenset({"raw_hash", "words"})
#: A confidence that moved less than this is the same: models round differently, and learn.
DRIFT: Final = 0.1
#: A report shows so many examples of each field.
EXAMPLES: Final = 3

Fields = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One value that would change."""

    source: str
    title: str
    before: Any
    after: Any


def differing(
    before: Mapping[str, Any], after: Mapping[str, Any], *, ignored: Collection[str] = ()
) -> dict[str, tuple[Any, Any]]:
    """Facts that differ, each as (before, after). A confidence that only drifted is no difference."""
    found = {
        name: (before.get(name), value)
        for name, value in after.items()
        if name not in _NO_FACTS and name not in ignored and before.get(name) != value
    }
    if found.keys() == {"confidence"} and not _is_surer(*found["confidence"]):
        return {}
    return found


def _is_surer(before: Mapping[str, float] | None, after: Mapping[str, float]) -> bool:
    """Whether any confidence moved by `DRIFT` or more, came or went."""
    was = before or {}
    return was.keys() != after.keys() or any(abs(was[name] - sure) >= DRIFT for name, sure in after.items())


def add_examples(examples: dict[str, list[Example]], fields: Fields, *, source: str, title: str) -> None:
    """Add the differences of one event to the examples by field, up to `EXAMPLES` of each."""
    for name, (before, after) in fields.items():
        if len(kept := examples.setdefault(name, [])) < EXAMPLES:
            kept.append(Example(source=source, title=title, before=before, after=after))
