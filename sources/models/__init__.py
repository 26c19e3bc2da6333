"""Models: sources, their runs, payloads, and staged events."""

from sources.models.aside import SetAside
from sources.models.quality import QualityGate
from sources.models.run import Discovery, FetchRun, Payload, ProseAnswer
from sources.models.source import Credential, Source
from sources.models.staged import StagedEvent
from sources.models.watch import Alert, Pause

__all__ = [
    "Alert",
    "Credential",
    "Discovery",
    "FetchRun",
    "Pause",
    "Payload",
    "ProseAnswer",
    "QualityGate",
    "SetAside",
    "Source",
    "StagedEvent",
]
