"""The counts of a run."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pipeline.contract.quality import Report
from sources.enums import RunState
from sources.models import FetchRun


@dataclass(kw_only=True, slots=True)
class Tally:
    """The counts of a run, as its row and the commands' summary show them."""

    found: int = 0
    kept: int = 0
    approved: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    moved: int = 0
    missing: int = 0
    merged: int = 0
    discovered: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    steps: dict[str, Any] = field(default_factory=dict)
    quality: Report = field(default_factory=Report)

    def give_to(self, run: FetchRun) -> None:
        """Copy the counts to the run's row."""
        run.events_found, run.events_processed, run.events_approved = self.found, self.kept, self.approved
        run.new, run.changed, run.unchanged = self.new, self.changed, self.unchanged
        run.moved, run.missing, run.merged = self.moved, self.missing, self.merged
        run.dropped, run.steps, run.quality = dict(self.dropped), self.steps, self.quality.to_json()


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """The end of processing: the state and its details."""

    state: RunState
    tally: Tally
    reason: str = ""
