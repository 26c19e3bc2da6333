"""What all pages of a run cover together.

Only the code that walks from page to page knows whether it reached the last one: a kept page, read again by
itself, counts as a part. So the fetch stores what the walk covered (`FetchRun.http["covers"]`), and code that
reads its pages again uses that.
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
    """The weakest coverage of all pages.

    `until` (aware) is the earliest end of their windows. `incremental` means that they list only what is new.
    """

    coverage: Coverage = Coverage.COMPLETE
    until: datetime | None = None
    incremental: bool = False

    def and_page(self, page: Page) -> Self:
        """The coverage with one more page."""
        until = min(filter(None, (self.until, page.covered_until)), default=None)
        incremental = self.incremental or bool(page.checkpoint)
        return replace(
            self, coverage=worse(self.coverage, page.coverage), until=until, incremental=incremental
        )

    def partly(self) -> Self:
        """The coverage where something was left out."""
        return replace(self, coverage=Coverage.PARTIAL)

    def to_json(self) -> dict[str, Any]:
        """For `FetchRun.http`."""
        return {
            "coverage": self.coverage.value,
            "until": self.until.isoformat() if self.until else None,
            "incremental": self.incremental,
        }

    @classmethod
    def from_json(cls, reported: Mapping[str, Any]) -> Self:
        """The coverage that `to_json` wrote."""
        until = datetime.fromisoformat(reported["until"]) if reported.get("until") else None
        return cls(
            coverage=Coverage(reported["coverage"]),
            until=until,
            incremental=bool(reported.get("incremental")),
        )


def worse(one: Coverage, other: Coverage) -> Coverage:
    """The weaker of two coverages."""
    return max(one, other, key=_ORDER.index)
