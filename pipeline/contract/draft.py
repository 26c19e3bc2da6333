"""One record on its way through the steps, and what a step knows of its source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.contract.normalized import NormalizedEvent
from pipeline.contract.quality import QualityRules
from pipeline.contract.raw import RawRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceContext:
    """What the steps need to know of the source and the moment, for a whole batch. `city` is a slug, '' where
    the source has none; `quality` are the gates as they were set when the run began, `usual_hours` how long
    its events of a category last, where it told enough ends, `usual_categories` how many events of each
    category it told of; `step_seconds` is the processor time that one record may take in one step."""

    source_key: str = ""
    source_name: str = ""
    city: str = ""
    timezone: str = ""
    language: str = ""
    trust: str = "normal"
    default_category: str = ""
    now: datetime
    horizon_days: int = 400
    usual_hours: Mapping[str, float] = field(default_factory=dict)
    usual_categories: Mapping[str, int] = field(default_factory=dict)
    quality: QualityRules = QualityRules()
    step_seconds: float = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """One record on its way through the steps: what was read, what it has become, and why it stopped, if it
    did.

    `place_id` is the known place; where there is none one is made of `place_name`, the house without the
    room. `told_at` is the point that was given for the venue (`pipeline.geography.coordinates.point_key`), whether it was
    believed or not."""

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
