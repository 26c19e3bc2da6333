"""How items are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.connectors.support.values.localized import wanted
from pipeline.contract.connector import FetchParams
from pipeline.dates.repeats import Allowance


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How items are read: the configuration's field map and time zone, the order of day and month, the
    address that links belong to, and what the rules of all items together may take."""

    params: FetchParams
    base: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    timezone: str = ""
    day_first: bool | None = None
    prose: bool = False
    allowance: Allowance = field(default_factory=Allowance)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are preferred where an item has several."""
        return wanted(self.params.language)
