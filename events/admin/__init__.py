"""Events and related models in the admin."""

from events.admin.event import EventAdmin, ListingInline
from events.admin.related import (
    CategoryAdmin,
    DuplicateMatchAdmin,
    OrganizerAdmin,
    ProposalAdmin,
    SeriesAdmin,
)

__all__ = [
    "CategoryAdmin",
    "DuplicateMatchAdmin",
    "EventAdmin",
    "ListingInline",
    "OrganizerAdmin",
    "ProposalAdmin",
    "SeriesAdmin",
]
