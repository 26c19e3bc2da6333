"""One record on its way through the steps, and the facts about its source that steps use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.contract.line_pattern import LinePattern
from pipeline.contract.normalized import NormalizedEvent
from pipeline.contract.quality import QualityRules
from pipeline.contract.raw import RawRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceContext:
    """The facts about the source and the moment that steps need, for a whole batch.

    `city` is a slug, '' where the source has none. `organizer` makes all of its events. `quality` holds the gates as they were when the run began.
    `usual_hours` is how long its events of a category last, where it stated enough ends. `usual_categories`
    counts its earlier events by category. `read_at` is the clock for times in words, where it is not `now`.
    `line_patterns` are those of its titles and descriptions, None where they are not known yet. `step_seconds` is the processor time that one
    record may take in one step.
    """

    source_key: str = ""
    source_name: str = ""
    city: str = ""
    timezone: str = ""
    language: str = ""
    trust: str = "normal"
    default_category: str = ""
    organizer: str = ""
    now: datetime
    read_at: datetime | None = None
    horizon_days: int = 400
    usual_hours: Mapping[str, float] = field(default_factory=dict)
    usual_categories: Mapping[str, int] = field(default_factory=dict)
    line_patterns: tuple[LinePattern, ...] | None = None
    quality: QualityRules = QualityRules()
    step_seconds: float = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """One record on its way through the steps: what was read, and what it has become.

    `place_id` is the known place. Where it is None, a place is made of `place_name`, the venue without the
    room. `told_at` is the point that the source gave for the venue
    (`pipeline.geography.coordinates.point_key`), whether or not it was believed.
    """

    raw: RawRecord
    event: NormalizedEvent
    place_id: str = ""
    place_name: str = ""
    told_at: str = ""
    city: str = ""
    area: str = ""
    dropped: str = ""
    notes: tuple[str, ...] = ()


#: A step is a pure function over a batch: same length, same order. It marks what it drops and never raises
#: for one bad record.
Step = Callable[[list[Draft], SourceContext, Any], list[Draft]]
