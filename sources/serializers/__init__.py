"""Serializers of the API of sources."""

from sources.serializers.curating import Curated, CuratedList, Curation, CurationText
from sources.serializers.pipeline import (
    AlertPage,
    DiscoveryDetail,
    DiscoveryStarted,
    DiscoveryWish,
    Metrics,
    PauseFacts,
    PauseWish,
    Resumed,
    ResumeWish,
    RunAsked,
    Status,
)
from sources.serializers.running import (
    RUN_STATES,
    SOURCE_TYPES,
    RunDetail,
    RunPage,
    Scan,
    SourcePage,
    Triggered,
    Validated,
    Validation,
    ValidationWaits,
)
from sources.serializers.submitting import Accepted, Submission

__all__ = [
    "RUN_STATES",
    "SOURCE_TYPES",
    "Accepted",
    "AlertPage",
    "Curated",
    "CuratedList",
    "Curation",
    "CurationText",
    "DiscoveryDetail",
    "DiscoveryStarted",
    "DiscoveryWish",
    "Metrics",
    "PauseFacts",
    "PauseWish",
    "ResumeWish",
    "Resumed",
    "RunAsked",
    "RunDetail",
    "RunPage",
    "Scan",
    "SourcePage",
    "Status",
    "Submission",
    "Triggered",
    "Validated",
    "Validation",
    "ValidationWaits",
]
