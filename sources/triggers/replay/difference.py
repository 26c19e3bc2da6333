"""What today's parser makes of kept answers, beside what is stored."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.contract.enums import Coverage
from sources.ingest.differing import Example


@dataclass(frozen=True, kw_only=True, slots=True)
class OccurrenceChange:
    """One occurrence of the difference.

    `fields`: name to (before, after). `was`: its former id, if it moved. `reason`: why it would be dropped.
    """

    external_id: str
    recurrence_id: str
    title: str
    start: str = ""
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    was: str = ""
    reason: str = ""


@dataclass(kw_only=True, slots=True)
class Difference:
    """The difference between what today's parser reads and what is stored.

    `refused`: why the safety checks would quarantine it, '' where they would not. `examples`: some changes of
    each field.
    """

    runs: int = 0
    payloads: int = 0
    found: int = 0
    coverage: str = Coverage.COMPLETE.value
    same: int = 0
    new: list[OccurrenceChange] = field(default_factory=list)
    changed: list[OccurrenceChange] = field(default_factory=list)
    moved: list[OccurrenceChange] = field(default_factory=list)
    vanished: list[OccurrenceChange] = field(default_factory=list)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    dropped_before: Counter[str] = field(default_factory=Counter)
    refused: str = ""

    @property
    def by_field(self) -> Counter[str]:
        """How many known events would change, by field."""
        return Counter(name for row in (*self.changed, *self.moved) for name in row.fields)

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing."""
        return not (self.new or self.changed or self.moved or self.vanished)
