"""Events and related models in the admin."""

from events.admin.event import EventAdmin
from events.admin.merged_organizers import OrganizerMergeAdmin
from events.admin.related import (
    AskedQueryAdmin,
    CategoryAdmin,
    DuplicateMatchAdmin,
    OrganizerAdmin,
    ProposalAdmin,
    SeriesAdmin,
)
from events.admin.verifying import VerificationAdmin

__all__ = [
    "AskedQueryAdmin",
    "CategoryAdmin",
    "DuplicateMatchAdmin",
    "EventAdmin",
    "OrganizerAdmin",
    "OrganizerMergeAdmin",
    "ProposalAdmin",
    "SeriesAdmin",
    "VerificationAdmin",
]
