"""Models: sources, their runs, payloads, and staged events."""

from sources.models.dead_letter import DeadLetter
from sources.models.quality import QualityGate
from sources.models.run import Discovery, FetchRun, Payload, ProseAnswer
from sources.models.source import Credential, Source
from sources.models.staged import StagedEvent
from sources.models.watch import Alert, AlertRule, Pause, SitePolicy

__all__ = [
    "Alert",
    "AlertRule",
    "Credential",
    "DeadLetter",
    "Discovery",
    "FetchRun",
    "Pause",
    "Payload",
    "ProseAnswer",
    "QualityGate",
    "SitePolicy",
    "Source",
    "StagedEvent",
]
