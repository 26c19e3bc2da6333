"""What the pages of a run cover together.

Only who walked from page to page knows whether the last one was reached: a kept page, read again by itself,
says of itself that it is a part. So the fetch writes down what the walk covered (`FetchRun.http["covers"]`),
and whoever reads its pages again goes by that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

from pipeline.contract.connector import Page
from pipeline.contract.enums import Coverage

_ORDER: Final = (Coverage.COMPLETE, Coverage.WINDOWED, Coverage.PARTIAL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Covers:
    """The least that any page covers; `until` (aware) the earliest end of their windows; `incremental`: they
    tell only what is new."""

    coverage: Coverage = Coverage.COMPLETE
    until: datetime | None = None
    incremental: bool = False

    def and_page(self, page: Page) -> Self:
        """With one more page."""
        until = min(filter(None, (self.until, page.covered_until)), default=None)
        incremental = self.incremental or bool(page.checkpoint)
        return replace(
            self, coverage=worse(self.coverage, page.coverage), until=until, incremental=incremental
        )

    def partly(self) -> Self:
        """The same where something was left out."""
        return replace(self, coverage=Coverage.PARTIAL)

    def to_json(self) -> dict[str, Any]:
        """For `FetchRun.http`."""
        return {
            "coverage": self.coverage.value,
            "until": self.until.isoformat() if self.until else None,
            "incremental": self.incremental,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """As `to_json` wrote it."""
        until = datetime.fromisoformat(told["until"]) if told.get("until") else None
        return cls(
            coverage=Coverage(told["coverage"]), until=until, incremental=bool(told.get("incremental"))
        )


def worse(one: Coverage, other: Coverage) -> Coverage:
    """Of two coverages the one that says less."""
    return max(one, other, key=_ORDER.index)
