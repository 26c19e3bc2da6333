"""The doors of the log: consent, recording, and what becomes of it."""

from insights.services.consent import WORDING, agree, withdraw
from insights.services.hiding import hide, unhide
from insights.services.keeping import KEPT, forget
from insights.services.recording import Seen, record, take_back
from insights.services.sums import add_up

__all__ = [
    "KEPT",
    "WORDING",
    "Seen",
    "add_up",
    "agree",
    "forget",
    "hide",
    "record",
    "take_back",
    "unhide",
    "withdraw",
]
